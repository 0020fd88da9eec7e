package authzapi_test

import (
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

// again marks the name of a record that has a namesake. The Authorization
// Extension took an import with two roles of one name in one application; here a
// name is one, so a recorded store is told apart before it is loaded, and what
// comes back is put together again.
const again = " (again)"

func toldApart(d store.Document) store.Document {
	type name struct{ kind, application, name string }
	seen := map[name]bool{}
	apart := func(n name) string {
		for seen[n] {
			n.name += again
		}
		seen[n] = true
		return n.name
	}
	for i, r := range d.Roles {
		d.Roles[i].Name = apart(name{"role", r.ApplicationID, r.Name})
	}
	for i, p := range d.Permissions {
		d.Permissions[i].Name = apart(name{"permission", p.ApplicationID, p.Name})
	}
	return d
}

// putTogether is v with the marks taken off. A list of names that has both of two
// namesakes has one of them then.
func putTogether(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, again, "")
	case map[string]any:
		for key, value := range v {
			v[key] = putTogether(value)
		}
	case []any:
		out := []any{}
		for _, item := range v {
			name, _ := item.(string)
			if strings.HasSuffix(name, again) && slices.Contains(out, putTogether(name)) {
				continue
			}
			out = append(out, putTogether(item))
		}
		return out
	}
	return v
}
