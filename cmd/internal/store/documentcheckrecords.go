package store

import (
	"errors"
	"fmt"
	"strings"

	"trellis/cmd/internal/texts"
)

func (in *inspection) group(it item) {
	var g Group
	if !in.typed(it, &g) {
		return
	}
	in.named(it, g.ID, g.Name, g.Description, "")
	in.set(it.where+".members", g.Members)
	in.set(it.where+".nested", g.Nested)
	in.set(it.where+".roles", g.Roles)
	in.additions(it, g)
	in.nesting[g.ID] = g.Nested
	for i, m := range g.Mappings {
		where := fmt.Sprintf("%s.mappings[%d]", it.where, i)
		in.text(where+".groupName", m.GroupName, maxImportedName, texts.Control)
		in.text(where+".connectionName", m.ConnectionName, maxImportedName, texts.Control)
		switch {
		case m.GroupName == "" || m.ConnectionName == "":
			in.problems.add(where, "needs a groupName and a connectionName")
		case m.ID == "":
			in.warnings.add(where, "has no _id and gets one")
		case in.mappings[m.ID]:
			in.warnings.add(where, "has the _id of another mapping and gets a new one")
		default:
			in.text(where+"._id", m.ID, maxImportedID, texts.Control)
		}
		in.mappings[m.ID] = true
	}
}

// additions checks what only Trellis knows of groups.
func (in *inspection) additions(it item, g Group) {
	if g.Metadata != nil {
		if wrong, ok := errors.AsType[*MetadataError](checkMetadata(g.Metadata)); ok {
			where := it.where + ".metadata"
			if wrong.Key != "" {
				where += fmt.Sprintf("[%q]", wrong.Key)
			}
			in.problems.add(where, "%s", wrong.Message)
		}
	}
	for i, email := range g.Pending {
		if !texts.Email(email) {
			in.problems.add(fmt.Sprintf("%s.pending[%d]", it.where, i), "must be a valid email")
		}
	}
}

func (in *inspection) role(it item) {
	var o Role
	if !in.typed(it, &o) {
		return
	}
	in.named(it, o.ID, o.Name, o.Description, o.ApplicationID)
	in.set(it.where+".users", o.Users)
	for i, id := range o.Permissions { // an id may stand there twice, as the old API let it
		in.text(fmt.Sprintf("%s.permissions[%d]", it.where, i), id, maxImportedID, texts.Control)
	}
}

func (in *inspection) configuration(it item) {
	record, findings := configured(it.raw)
	for _, f := range findings {
		in.problems.add(it.where+f.Where, "%s", f.Message)
	}
	if len(findings) > 0 || !in.identified(it, "_id", record.id) {
		return
	}
	where := it.where + "." + keyField
	switch {
	case record.kept && in.o.restores == "": // only a snapshot has a key in that form
		in.problems.add(where, "must be a string")
	case record.key != "" && strings.Trim(record.key, "*") == "": // what the configuration shows in place of a key
		in.problems.add(where, "stands for a key and is none; leave it out, or put the key of an export there")
	case record.hash != "" && !record.kept && in.text(where, record.key, maxImportedID, texts.Control) && len(record.key) < minKeySize:
		in.warnings.add(where, "has fewer than %d characters, so that it may be guessed; rotate it", minKeySize)
	}
	if record.id == configurationID {
		in.keyHash, in.configured = record.hash, true
	}
}

func (in *inspection) client(it item) {
	var c DocumentClient
	if !in.typed(it, &c) || !in.identified(it, "client_id", c.ID) {
		return
	}
	if c.Name == "" {
		in.problems.add(it.where, "has no name")
	}
	if !in.o.Machines && (c.SecretHash != "" || len(c.Scopes) > 0) {
		in.problems.add(it.where, "asks for tokens of its own; only trellis import brings such clients")
	}
}

func (in *inspection) api(it item) {
	var s ResourceServer
	if !in.typed(it, &s) || !in.identified(it, "id", s.ID) {
		return
	}
	in.once(it, "identifier", s.Identifier)
	for _, scope := range s.Scopes {
		in.scopes[s.Identifier] = append(in.scopes[s.Identifier], scope.Value)
	}
}

func (in *inspection) permissionsOf(it item) {
	var list []UserPermission
	if !in.typed(it, &list) {
		return
	}
	in.ids[it.collection][it.name] = in.counts[it.collection] - 1
	for i, p := range list {
		in.held = append(in.held, held{fmt.Sprintf("%s[%d]", it.where, i), it.name, p})
	}
}
