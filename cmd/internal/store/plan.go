package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"trellis/cmd/internal/turns"
)

// Plan is what an import would do, without doing it.
type Plan struct {
	Mode       string           `json:"mode"`  // "replace" or "merge"
	Valid      bool             `json:"valid"` // there is no problem
	Created    map[string]Tally `json:"created"`
	Changed    map[string]Tally `json:"changed"`
	Deleted    map[string]Tally `json:"deleted"`
	Unresolved Told             `json:"unresolved"` // references that would lead nowhere
	Problems   Told             `json:"problems"`   // why the document cannot be imported
	Warnings   Told             `json:"warnings"`
}

// Tally is how many records of a kind, and the first of them.
type Tally struct {
	Total   int        `json:"total"`
	Records []NamedRef `json:"records"`
}

// NamedRef is a record as people know it.
type NamedRef struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Told is how many findings, and the first of them.
type Told struct {
	Total   int       `json:"total"`
	Records []Finding `json:"records"`
}

func (f findings) told() Told {
	if f.first == nil {
		f.first = []Finding{}
	}
	return Told{f.total, f.first}
}

// PlanImport is what ImportFrom would do. It changes nothing.
func (tx *Tx) PlanImport(ctx context.Context, src Source, o ImportOptions) (Plan, error) {
	defer turns.Short()()
	in, err := tx.inspectHere(ctx, src, o)
	if err != nil {
		return Plan{}, err
	}
	if err := tx.planKey(ctx, in); err != nil {
		return Plan{}, err
	}
	p := &planner{tx: tx, in: in, there: map[string]map[string]recordHash{}, tallies: map[string]map[string]Tally{}}
	for _, key := range p.touched() {
		if err := p.read(ctx, key); err != nil {
			return Plan{}, err
		}
	}
	if p.users, err = tx.knownUsers(ctx, in); err != nil {
		return Plan{}, err
	}
	if p.scopes, err = tx.definedScopes(ctx, in); err != nil {
		return Plan{}, err
	}
	if err := p.compare(src); err != nil {
		return Plan{}, err
	}
	if !o.Merge {
		p.rest()
	}
	return Plan{
		Mode: o.mode(), Valid: in.problems.total == 0,
		Created: p.tally("created"), Changed: p.tally("changed"), Deleted: p.tally("deleted"),
		Unresolved: p.unresolved.told(), Problems: in.problems.told(), Warnings: in.warnings.told(),
	}, nil
}

// recordHash is what a planner remembers of a record that is there.
type recordHash struct {
	name string
	sum  [sha256.Size]byte
	seen bool // the document has it
}

// planner compares a document with the tenant.
type planner struct {
	tx         *Tx
	in         *inspection
	there      map[string]map[string]recordHash // by collection and id
	users      map[string]bool
	scopes     map[string][]string         // that APIs will define
	tallies    map[string]map[string]Tally // by what happens and collection
	unresolved findings
}

// touched is the collections that the import would touch.
func (p *planner) touched() []string {
	keys := extensionKeys()
	for _, key := range p.in.keys {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// read remembers what a collection holds. What stays as it is, since a merge does
// not name it, is only known to be there: to read all members takes seconds.
func (p *planner) read(ctx context.Context, key string) error {
	p.there[key] = map[string]recordHash{}
	n := occurrences{}
	o := ExportOptions{Directory: true, Machines: p.in.o.Machines, sealed: true}
	if p.in.o.Merge {
		o.only = func(id string) bool {
			_, named := p.in.ids[key][id]
			if !named {
				p.there[key][id] = recordHash{}
			}
			return named
		}
	}
	return p.tx.eachRecord(ctx, key, o, func(name string, raw []byte) error {
		it := item{collection: key, name: name, raw: raw}
		if err := json.Unmarshal(raw, &it.value); err != nil {
			return fmt.Errorf("reading %s: %w", key, err)
		}
		id, label, sum, err := it.identity()
		if err != nil {
			return err
		}
		p.there[key][n.number(id)] = recordHash{name: label, sum: sum}
		return nil
	})
}

// occurrences tells records with one id apart: rules and applications have none
// of their own.
type occurrences map[string]int

func (o occurrences) number(id string) string {
	o[id]++
	if o[id] == 1 {
		return id
	}
	return fmt.Sprintf("%s #%d", id, o[id])
}

// identity is the id and the name of a record, and a hash that is the same
// however it is written.
func (it item) identity() (id, name string, sum [sha256.Size]byte, err error) {
	object, _ := it.value.(map[string]any)
	name = text(object, "name")
	value := it.value
	switch it.collection {
	case "groups", "roles", "permissions":
		id = text(object, "_id")
	case "configuration":
		record, _ := configured(it.raw)
		id = record.id
		value, err = record.compared()
	case "users": // an import fills in times that a user has not
		object = maps.Clone(object)
		delete(object, "created_at")
		delete(object, "updated_at")
		id, name, value = text(object, "user_id"), cmp.Or(name, text(object, "email")), object
	case "connections":
		var c Connection
		err = json.Unmarshal(it.raw, &c)
		id, value = c.ID, c
	case "clients":
		var c DocumentClient
		err = json.Unmarshal(it.raw, &c)
		id, value = c.ID, []any{c.ID, c.Name, c.AppType, c.SecretHash, slices.Concat(c.Scopes), c.Document} // not when it was made
	case "resource_servers":
		var s ResourceServer
		err = json.Unmarshal(it.raw, &s)
		id, value = s.ID, s.withDefaults()
	case "core_roles":
		var o DocumentCoreRole
		err = json.Unmarshal(it.raw, &o)
		id, value = o.ID, o
	case "user_permissions":
		id = it.name
	}
	if err != nil {
		return "", "", sum, fmt.Errorf("%s: %w", it.where, err)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return "", "", sum, fmt.Errorf("%s: %w", it.where, err)
	}
	sum = sha256.Sum256(b)
	if it.collection == "rules" || it.collection == "applications" {
		id = fmt.Sprintf("%x", sum[:8])
	}
	return id, name, sum, nil
}

// compare reads the document again, now that everything it has is known. A
// record that is wrong in itself is passed over: it is a problem already.
func (p *planner) compare(src Source) error {
	n := map[string]occurrences{}
	return read(src, func(r io.Reader) error {
		_, err := readDocument(r, &p.tx.pace, func(it item) error {
			if p.in.o.passesOver(it) {
				return nil
			}
			id, name, sum, err := it.identity()
			if err != nil || id == "" {
				return nil //nolint:nilerr // inspect has told of it
			}
			if n[it.collection] == nil {
				n[it.collection] = occurrences{}
			}
			id = n[it.collection].number(id)
			was, there := p.there[it.collection][id]
			switch {
			case !there:
				p.count("created", it.collection, id, name)
			case was.sum != sum:
				p.count("changed", it.collection, id, name)
			}
			was.seen = true
			if there {
				p.there[it.collection][id] = was
			}
			p.references(it)
			return nil
		}, func(string, string) {})
		return err
	})
}

// rest counts what the document does not have.
func (p *planner) rest() {
	for key, records := range p.there {
		for _, id := range slices.Sorted(maps.Keys(records)) {
			if r := records[id]; !r.seen {
				p.count("deleted", key, id, r.name)
			}
		}
	}
}

func (p *planner) count(what, key, id, name string) {
	if p.tallies[what] == nil {
		p.tallies[what] = map[string]Tally{}
	}
	t := p.tallies[what][key]
	t.Total++
	if len(t.Records) < maxFindings {
		t.Records = append(t.Records, NamedRef{id, name})
	}
	p.tallies[what][key] = t
}

func (p *planner) tally(what string) map[string]Tally {
	if p.tallies[what] == nil {
		return map[string]Tally{}
	}
	return p.tallies[what]
}
