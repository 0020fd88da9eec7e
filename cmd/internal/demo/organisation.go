package demo

import (
	"bytes"
	"embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml
var data embed.FS

// organisation is what the files of data say.
type organisation struct {
	Connections  []connection
	Teams        []team
	Groups       []group
	Applications []application
	APIs         []api
	Assignments  map[string]map[string][]string // person, API, permissions
	CoreRoles    []coreRole
	SignIns      map[string]map[string]days // connection, group of the provider
}

type connection struct {
	Name     string
	Strategy string
	Provider string // what ids of its users begin with
}

// team is the people who work in one group.
type team struct {
	Group      string
	Connection string
	People     []person
}

type person struct{ Name, Title string }

// UnmarshalYAML reads a person from "name, title".
func (p *person) UnmarshalYAML(node *yaml.Node) error {
	name, title, found := strings.Cut(node.Value, ", ")
	if !found {
		return fmt.Errorf("line %d: %q has no title after a comma", node.Line, node.Value)
	}
	*p = person{Name: name, Title: title}
	return nil
}

type group struct {
	Name, Description string
	Nests             []string
	Members           []string // beside the people who work in it
	Roles             []string
	Mappings          map[string][]string // connection, names of its groups
	Metadata          map[string]any
	Pending           []string // emails
}

type application struct {
	Name        string
	Type        string
	Callback    string
	Permissions pairs
	Roles       []role
}

type role struct {
	Name, Description string
	Permissions       []string
	Users             []string
}

type api struct {
	Name       string
	Identifier string
	RBAC       bool
	Scopes     pairs
}

type coreRole struct {
	Name, Description string
	Permissions       map[string][]string // by API
	Users             []string
}

// pair is a name and what it means.
type pair struct{ Name, Description string }

// pairs is a YAML mapping whose order counts.
type pairs []pair

// UnmarshalYAML reads a mapping in the order of the file.
func (p *pairs) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		*p = append(*p, pair{Name: node.Content[i].Value, Description: node.Content[i+1].Value})
	}
	return nil
}

// meridian reads the sample organisation.
func meridian() (organisation, error) {
	var o organisation
	for name, into := range map[string]any{
		"connections":  &o.Connections,
		"people":       &o.Teams,
		"groups":       &o.Groups,
		"applications": &o.Applications,
		"apis":         &o.APIs,
		"assignments":  &o.Assignments,
		"coreroles":    &o.CoreRoles,
		"sent":         &o.SignIns,
	} {
		text, err := data.ReadFile("data/" + name + ".yaml")
		if err != nil {
			return organisation{}, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			return organisation{}, fmt.Errorf("sample %s: %w", name, err)
		}
	}
	return o, nil
}
