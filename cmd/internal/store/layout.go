package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A record of an export may be written in another order than Trellis writes it,
// and hold fields that Trellis does not know. Its layout keeps both, so that it
// is exported as it came: an object with every field in its place, of which only
// the unknown ones have their value. "" is the usual layout.

// field is one field of a record, with its value as it was written.
type field struct {
	name string
	raw  json.RawMessage
}

// fields is the fields of the object raw, in order.
func fields(raw []byte) ([]field, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var out []field
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		var f field
		f.name, _ = t.(string)
		if err := d.Decode(&f.raw); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// fieldNames is the names of T's fields in JSON, in order.
func fieldNames[T any]() []string {
	t := reflect.TypeFor[T]()
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

// known is the object of those fields that names has.
func known(all []field, names []string) []byte {
	var w objectWriter
	for _, f := range all {
		if slices.Contains(names, f.name) {
			w.add(f.name, f.raw)
		}
	}
	return w.end()
}

// layoutOf is the layout of a record whose fields are all, where names is the
// usual order of those that Trellis knows.
func layoutOf(all []field, names []string) (string, error) {
	at, usual := -1, true
	seen := map[string]bool{}
	var w objectWriter
	for _, f := range all {
		seen[f.name] = true
		i := slices.Index(names, f.name)
		usual = usual && i > at
		at = max(at, i)
		value := []byte("null")
		if i < 0 {
			var b bytes.Buffer
			if err := json.Compact(&b, f.raw); err != nil {
				return "", err
			}
			value = b.Bytes()
		}
		w.add(f.name, value)
	}
	if usual && !slices.ContainsFunc(names, func(name string) bool { return !seen[name] && !isList(name) }) {
		return "", nil
	}
	return string(w.end()), nil
}

// isList reports whether name is a list of a record, which is absent until it
// is used.
func isList(name string) bool {
	return slices.Contains([]string{"members", "nested", "roles", "mappings", "permissions", "users", "metadata", "pending"}, name)
}

// laidOut is record as JSON in its layout. What the layout has no place for
// comes last; a text that never was stays away while it is empty.
func laidOut(record any, layout string) ([]byte, error) {
	whole, err := plainJSON(record)
	if err != nil || layout == "" {
		return whole, err
	}
	now, err := fields(whole)
	if err != nil {
		return nil, err
	}
	places, err := fields([]byte(layout))
	if err != nil {
		return nil, fmt.Errorf("store: damaged layout: %w", err)
	}
	placed := map[string]bool{}
	names := namesOf(record)
	var w objectWriter
	for _, p := range places {
		placed[p.name] = true
		if !slices.Contains(names, p.name) {
			w.add(p.name, p.raw)
			continue
		}
		if i := slices.IndexFunc(now, func(f field) bool { return f.name == p.name }); i >= 0 {
			w.add(p.name, now[i].raw)
		}
	}
	for _, f := range now {
		if !placed[f.name] && string(f.raw) != `""` {
			w.add(f.name, f.raw)
		}
	}
	return w.end(), nil
}

// namesOf is fieldNames of a record with a layout.
func namesOf(record any) []string {
	switch record.(type) {
	case Group, exportedGroup:
		return fieldNames[Group]()
	case Role:
		return fieldNames[Role]()
	case Mapping:
		return fieldNames[Mapping]()
	default:
		return fieldNames[Permission]()
	}
}

// objectWriter writes a JSON object, field by field.
type objectWriter struct{ b bytes.Buffer }

func (w *objectWriter) add(name string, value []byte) {
	separator := byte(',')
	if w.b.Len() == 0 {
		separator = '{'
	}
	w.b.WriteByte(separator)
	quoted, _ := plainJSON(name) // a text can always be written
	w.b.Write(quoted)
	w.b.WriteByte(':')
	w.b.Write(value)
}

func (w *objectWriter) end() []byte {
	if w.b.Len() == 0 {
		return []byte("{}")
	}
	w.b.WriteByte('}')
	return w.b.Bytes()
}

// plainJSON is v as JSON.stringify of a browser writes it: encoding/json escapes
// some characters that need no escape.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return unescapeSeparators(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// unescapeSeparators writes U+2028 and U+2029 out, which encoding/json escapes
// for old JavaScript.
func unescapeSeparators(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\u202`)) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] != '\\':
			out = append(out, b[i])
		case bytes.HasPrefix(b[i:], []byte(`\u2028`)):
			out = append(out, "\u2028"...)
			i += 5
		case bytes.HasPrefix(b[i:], []byte(`\u2029`)):
			out = append(out, "\u2029"...)
			i += 5
		default: // an escape, and what is escaped
			out = append(out, b[i], b[i+1])
			i++
		}
	}
	return out
}
