package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"trellis/cmd/internal/texts"
	"trellis/cmd/internal/turns"
)

// What an import takes. It is more than the API lets people type: a tenant may
// have been told to allow longer names, and its export must be importable.
const (
	maxImportedName        = 500
	maxImportedDescription = 5000
	maxImportedID          = 256
)

// maxFindings is how many findings of a kind are told.
const maxFindings = 100

// findings is the first of what was found, and how much it was.
type findings struct {
	first []Finding
	total int
}

func (f *findings) add(where, format string, args ...any) {
	f.total++
	if len(f.first) < maxFindings {
		f.first = append(f.first, Finding{where, fmt.Sprintf(format, args...)})
	}
}

// inspection is what one reading of a document tells: what is wrong with it, and
// the ids that it has. The texts of its records are not kept.
type inspection struct {
	o        ImportOptions
	problems findings
	warnings findings
	keys     []string
	counts   map[string]int

	ids      map[string]map[string]int // of every collection, and their places
	names    map[string]names          // of groups, roles and permissions
	scopes   map[string][]string       // of the APIs, by identifier
	mappings map[string]bool           // the ids of mappings
	nesting  nesting
	held     []held
	core     []placedCoreRole
	unique   map[string]bool // names of connections, identifiers of APIs

	configured bool   // the document has the configuration that counts
	keyHash    string // of its key for the policy call; "" when it has none
}

// held is a permission that the document gives to a user.
type held struct {
	where, user string
	UserPermission
}

// names is where in the document a name is, by application and folded name.
type names map[[2]string]int

// inspect reads the document once and finds what is wrong with it alone.
func inspect(src Source, o ImportOptions, p *turns.Pace) (*inspection, error) {
	in := &inspection{
		o: o, counts: map[string]int{}, ids: map[string]map[string]int{}, names: map[string]names{},
		scopes: map[string][]string{}, mappings: map[string]bool{}, unique: map[string]bool{}, nesting: nesting{},
	}
	for _, key := range slices.Concat(extensionKeys(), directoryKeys()) {
		in.ids[key], in.names[key] = map[string]int{}, names{}
	}
	err := read(src, func(r io.Reader) (err error) {
		in.keys, err = readDocument(r, p, in.record, func(where, message string) { in.problems.add(where, "%s", message) })
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, circle := range in.nesting.circles() {
		in.warnings.add("groups", "nest in a circle: %s", strings.Join(circle, " > "))
	}
	return in, nil
}

// read opens src for one reading.
func read(src Source, fn func(io.Reader) error) error {
	r, err := src()
	if err != nil {
		return err
	}
	return errors.Join(fn(r), r.Close())
}

// err is the problems as one error, or nil.
func (in *inspection) err() error {
	if in.problems.total == 0 {
		return nil
	}
	return &DocumentError{Findings: in.problems.first, Total: in.problems.total}
}

// record looks at one record.
func (in *inspection) record(it item) error {
	if in.o.passesOver(it) {
		return nil
	}
	in.counts[it.collection]++
	switch it.collection {
	case "groups":
		in.group(it)
	case "roles":
		in.role(it)
	case "permissions":
		var p Permission
		if in.typed(it, &p) {
			in.named(it, p.ID, p.Name, p.Description, p.ApplicationID)
		}
	case "configuration":
		in.configuration(it)
	case "users":
		profile, _ := it.value.(map[string]any)
		in.identified(it, "user_id", text(profile, "user_id"))
	case "connections":
		var c Connection
		if in.typed(it, &c) && in.identified(it, "id", c.ID) {
			in.once(it, "name", c.Name)
		}
	case "clients":
		in.client(it)
	case "resource_servers":
		in.api(it)
	case "user_permissions":
		in.permissionsOf(it)
	case "core_roles":
		in.coreRole(it)
	}
	return nil
}

// typed reads the fields of T out of it, or tells which of them has another type.
func (in *inspection) typed(it item, out any) bool {
	if err := parse(it.raw, out); err != nil {
		e, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok {
			in.problems.add(it.where, "%s", err)
			return false
		}
		in.problems.add(it.where+"."+e.Field, "must be %s", kindOf(e.Type))
		return false
	}
	return true
}

func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "a boolean"
	case reflect.Int:
		return "a number"
	default:
		return "of type object"
	}
}

// parse reads a record into out, by the exact names of its fields. encoding/json
// alone would also take NAME for name.
func parse(raw []byte, out any) error {
	var allowed []string
	switch out.(type) {
	case *Group:
		allowed = fieldNames[Group]()
	case *Role:
		allowed = fieldNames[Role]()
	case *Permission:
		allowed = fieldNames[Permission]()
	default:
		return json.Unmarshal(raw, out)
	}
	all, err := fields(raw)
	if err != nil {
		return err
	}
	for _, f := range all {
		if slices.Contains(allowed, f.name) && string(f.raw) == "null" {
			return fmt.Errorf("%s must not be null", f.name)
		}
	}
	return json.Unmarshal(known(all, allowed), out)
}

// identified takes the id of a record in, or tells why it cannot be held.
func (in *inspection) identified(it item, field, id string) bool {
	switch other, again := in.ids[it.collection][id]; {
	case id == "":
		in.problems.add(it.where, "has no %s", field)
	case again:
		in.problems.add(it.where, "has the %s %q of %s[%d]", field, id, it.collection, other)
	case !in.text(it.where+"."+field, id, maxImportedID, texts.Control):
	default:
		in.ids[it.collection][id] = in.counts[it.collection] - 1
		return true
	}
	return false
}

// once tells of a name that another record of the collection has.
func (in *inspection) once(it item, field, name string) {
	key := it.collection + "\n" + name
	switch {
	case name == "":
		in.problems.add(it.where, "has no %s", field)
	case in.unique[key]:
		in.problems.add(it.where, "has the %s %q a second time", field, name)
	}
	in.unique[key] = true
}

// named checks what groups, roles and permissions share.
func (in *inspection) named(it item, id, name, description, application string) {
	in.identified(it, "_id", id)
	in.text(it.where+".applicationId", application, maxImportedName, texts.Control)
	in.nameOf(it, name, description, application)
}

// nameOf checks a description, and a name. That other records of the application
// have the name too is told: the Authorization Extension let parallel calls, and
// imports, make such namesakes. Core roles have none anywhere.
func (in *inspection) nameOf(it item, name, description, application string) {
	in.text(it.where+".description", description, maxImportedDescription, texts.ControlInLines)
	if name == "" {
		in.problems.add(it.where, "has no name")
		return
	}
	if !in.text(it.where+".name", name, maxImportedName, texts.Control) {
		return
	}
	if texts.Deceives(name) {
		in.problems.add(it.where+".name", "must not contain invisible characters or ones that turn the direction of writing")
	}
	key := [2]string{application, fold(name)}
	if other, again := in.names[it.collection][key]; again {
		told := &in.warnings
		if it.collection == "core_roles" {
			told = &in.problems
		}
		told.add(it.where, "has the name %q of %s[%d]; give one of them another name", name, it.collection, other)
		return
	}
	in.names[it.collection][key] = in.counts[it.collection] - 1
}

// text checks one text.
func (in *inspection) text(where, s string, limit int, bad func(rune) bool) bool {
	switch {
	case texts.Units(s) > limit:
		in.problems.add(where, "length must be less than or equal to %d characters long", limit)
	case strings.ContainsFunc(s, bad):
		in.problems.add(where, "must not contain control characters")
	default:
		return true
	}
	return false
}

// set checks a list of ids, in which each counts once.
func (in *inspection) set(where string, ids []string) {
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		place := fmt.Sprintf("%s[%d]", where, i)
		switch {
		case id == "":
			in.problems.add(place, "is not allowed to be empty")
		case seen[id]:
			in.warnings.add(place, "repeats %q, which counts once", id)
		default:
			in.text(place, id, maxImportedID, texts.Control)
		}
		seen[id] = true
	}
}
