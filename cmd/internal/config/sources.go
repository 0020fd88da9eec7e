package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// prefix begins the name of every variable that is meant for Trellis.
const prefix = "TRELLIS_"

// FileFlag names the flag of the configuration file, which is itself no
// setting that the file could hold.
const FileFlag = "config"

// Sources are the places that settings come from besides the command line. It
// is a kong.Resolver.
type Sources struct {
	environ map[string]string // by variable, those of Trellis only
	path    string
	file    map[string]string // by setting
}

// NewSources reads environ, in the form of os.Environ. An empty variable
// counts as none.
func NewSources(environ []string) *Sources {
	s := &Sources{environ: map[string]string{}}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && value != "" {
			s.environ[name] = value
		}
	}
	return s
}

// Variable is the environment's name for a setting.
func Variable(setting string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// Load reads the configuration file at path, or the one that the environment
// names, and refuses every setting, there and in the environment, that is not
// one of app's.
func (s *Sources) Load(path string, app *kong.Application) error {
	settings := settingsOf(app.Node)
	if err := s.checkEnvironment(settings); err != nil {
		return err
	}
	if s.path = cmp.Or(path, s.environ[Variable(FileFlag)]); s.path == "" {
		return nil
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	if s.file, err = parse(text); err != nil {
		return fmt.Errorf("--config %s: %w", s.path, err)
	}
	for key := range s.file {
		if !settings[key] || key == FileFlag {
			return fmt.Errorf("--config %s: there is no setting %q%s", s.path, key, nearest(key, settings))
		}
	}
	return nil
}

// Validate is part of kong.Resolver; Load has validated already.
func (s *Sources) Validate(*kong.Application) error { return nil }

// Resolve is the value of a flag that the command line does not hold.
func (s *Sources) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if value, ok := s.environ[Variable(flag.Name)]; ok {
		return value, nil
	}
	if value, ok := s.file[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}

func (s *Sources) checkEnvironment(settings map[string]bool) error {
	known := map[string]bool{}
	for setting := range settings {
		known[Variable(setting)] = true
	}
	for variable := range s.environ {
		if !known[variable] {
			return fmt.Errorf("the environment holds %s, and there is no such setting%s", variable, nearest(variable, known))
		}
	}
	return nil
}

// settingsOf is the name of every flag that configures Trellis, rather than
// saying what one command shall do.
func settingsOf(node *kong.Node) map[string]bool {
	found := map[string]bool{}
	for _, flag := range node.Flags {
		if flag.Group != nil {
			found[flag.Name] = true
		}
	}
	for _, child := range node.Children {
		for name := range settingsOf(child) {
			found[name] = true
		}
	}
	return found
}

// parse reads a file of YAML, which JSON is too, into settings. Values are
// kept as they are written: 010 stays 010.
func parse(text []byte) (map[string]string, error) {
	nodes := map[string]yaml.Node{}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, errors.New(oneLine(err.Error()))
	}
	settings := map[string]string{}
	for key, node := range nodes {
		if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
			return nil, fmt.Errorf("line %d: %q must be a single value", node.Line, key)
		}
		settings[key] = node.Value
	}
	return settings, nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// nearest suggests the known name that is most like a wrong one, if any is.
func nearest(wrong string, known map[string]bool) string {
	best, fewest := "", max(2, len(wrong)/4)+1
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if d := distance(spelling(wrong), spelling(name)); d < fewest {
			best, fewest = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func spelling(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

// distance is how many letters must change to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
