package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The configuration says what a sign-in puts into tokens and profiles: nine
// switches, and the key with which a sign-in asks for a policy. It is kept as
// the Authorization Extension exports it, but for the key (apikey.go).

// configurationID is the _id of the record that counts.
const configurationID = "v1"

// Switches is the names of the configuration's switches.
func Switches() []string {
	return []string{
		"groupsInToken", "rolesInToken", "permissionsInToken",
		"persistGroups", "persistRoles", "persistPermissions",
		"groupsPassthrough", "rolesPassthrough", "permissionsPassthrough",
	}
}

// Configuration is what was ever set.
type Configuration struct {
	Set map[string]bool // by switch
	Key bool            // there is a key for the policy call
	// Order is the names of the fields, _id and apikey among them, as they were set.
	Order []string
}

// Configuration is the tenant's; ok tells whether there is one.
func (tx *Tx) Configuration(ctx context.Context) (c Configuration, ok bool, err error) {
	_, all, err := tx.configuration(ctx)
	if err != nil || all == nil {
		return c, false, err
	}
	c.Set = map[string]bool{}
	for _, f := range all {
		c.Order = append(c.Order, f.name)
		switch {
		case f.name == keyField:
			c.Key = true
		case slices.Contains(Switches(), f.name):
			c.Set[f.name] = string(f.raw) == "true"
		}
	}
	return c, true, nil
}

// UpdateConfiguration sets the named switches and leaves the others.
func (tx *Tx) UpdateConfiguration(ctx context.Context, set map[string]bool) error {
	seq, all, err := tx.configuration(ctx)
	if err != nil {
		return err
	}
	before := slices.Clone(all)
	all = withID(all)
	for _, name := range Switches() {
		if on, ok := set[name]; ok {
			all = with(all, name, fmt.Sprint(on))
		}
	}
	if err := tx.saveConfiguration(ctx, seq, all); err != nil {
		return err
	}
	return tx.record(ctx, "configuration.update", "configuration", configurationID, shownConfiguration(before), shownConfiguration(all))
}

// configuration is the fields of the record that counts, and its number; both
// are zero when there is none.
func (tx *Tx) configuration(ctx context.Context) (seq string, all []field, err error) {
	var found error
	err = tx.pairs(ctx, func(n, body string) {
		record, e := fields([]byte(body))
		if e != nil {
			found = fmt.Errorf("store: damaged configuration: %w", e)
		}
		if all == nil && slices.ContainsFunc(record, func(f field) bool { return f.name == "_id" && string(f.raw) == `"`+configurationID+`"` }) {
			seq, all = n, record
		}
	}, `select cast(seq as text), body from documents where kind = 'configuration' order by documents.seq`)
	if err == nil {
		err = found
	}
	if err != nil {
		return "", nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return seq, all, nil
}

func (tx *Tx) saveConfiguration(ctx context.Context, seq string, all []field) error {
	body := object(all)
	query, args := `insert into documents(kind, body) values('configuration', $1)`, []any{string(body)}
	if seq != "" {
		query, args = `update documents set body = $1 where cast(seq as text) = $2`, append(args, seq)
	}
	if _, err := tx.change(ctx, query, args...); err != nil {
		return fmt.Errorf("saving the configuration: %w", err)
	}
	return nil
}

func object(all []field) []byte {
	var w objectWriter
	for _, f := range all {
		w.add(f.name, f.raw)
	}
	return w.end()
}

// with is all with one field set, in its place or last.
func with(all []field, name, value string) []field {
	for i := range all {
		if all[i].name == name {
			all[i].raw = json.RawMessage(value)
			return all
		}
	}
	return append(all, field{name, json.RawMessage(value)})
}

func withID(all []field) []field {
	if len(all) > 0 {
		return all
	}
	return []field{{"_id", json.RawMessage(`"` + configurationID + `"`)}}
}

// shownConfiguration is the fields for the journal, without the key.
func shownConfiguration(all []field) any {
	if all == nil {
		return nil
	}
	var shown []field
	for _, f := range all {
		if f.name != keyField {
			shown = append(shown, f)
		}
	}
	return json.RawMessage(object(shown))
}

// importedConfiguration is a record of a document, or one that is kept.
type importedConfiguration struct {
	id   string
	all  []field
	key  string // in clear; "" when it has none, or as it is kept
	hash string // of its key; "" when it has none
	kept bool   // its key is as it is kept
}

// configured reads a configuration. Where of a finding is what follows the
// place of the record.
func configured(raw []byte) (importedConfiguration, []Finding) {
	var out importedConfiguration
	var wrong []Finding
	all, err := fields(raw)
	if err != nil {
		return out, []Finding{{"", err.Error()}}
	}
	for i, f := range all {
		var s string
		isText := json.Unmarshal(f.raw, &s) == nil && string(f.raw) != "null"
		kept, isKept := keyAsKept(f.raw)
		switch {
		case f.name == "_id" && isText:
			out.id = s
		case f.name == keyField && isText:
			out.key, out.hash = s, hashKey(s)
		case f.name == keyField && isKept:
			out.hash, out.kept = kept.Hash, true
		case f.name == "_id", f.name == keyField:
			wrong = append(wrong, Finding{"." + f.name, "must be a string"})
		case !slices.Contains(Switches(), f.name):
			wrong = append(wrong, Finding{"." + f.name, "is not allowed"})
		default:
			on, ok := Truth(string(f.raw))
			if !ok {
				wrong = append(wrong, Finding{"." + f.name, "must be a boolean"})
			}
			all[i].raw = json.RawMessage(fmt.Sprint(on))
		}
	}
	if out.id == "" {
		wrong = append(wrong, Finding{"._id", "is required"})
	}
	out.all = all
	return out, wrong
}

// compared is the record as a value that is the same whether its key is kept or
// in clear.
func (c importedConfiguration) compared() (value any, err error) {
	all := slices.Clone(c.all)
	if c.hash != "" {
		all = with(all, keyField, `"`+c.hash+`"`)
	}
	err = json.Unmarshal(object(all), &value)
	return value, err
}

// Truth is what a truth value in JSON says. The old API also takes words.
func Truth(raw string) (on, ok bool) {
	switch strings.ToLower(raw) {
	case `true`, `"true"`, `"yes"`:
		return true, true
	case `false`, `"false"`, `"no"`:
		return false, true
	}
	return false, false
}
