package store

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// ExportOptions says what an export holds beside what the Authorization
// Extension's has, and how it is written.
type ExportOptions struct {
	Directory bool // also users, connections, clients, APIs and permissions of users
	Machines  bool // also clients that ask for tokens of their own, with the hashes of their secrets
	Keys      bool // also the key for the policy call, in clear
	Empty     bool // also collections of the directory without records
	Lines     bool // a line for each record, for people and for diff
	sealed    bool // also the key for the policy call, as it is kept

	only func(id string) bool // which groups, roles and permissions; nil: all

	// Lost is told why a key does not open: the export is without it.
	Lost func(why error)
}

// exportPage is how many records of an export are in memory at once.
const exportPage = 200

// ExportTo writes the whole tenant to w, each collection in the order of making.
// What an import brought is written as it came; a collection without records is
// left out, unless the import had it.
func (tx *Tx) ExportTo(ctx context.Context, w io.Writer, o ExportOptions) error {
	e := &exporter{tx: tx, w: bufio.NewWriterSize(w, 1<<16), o: o}
	stored, err := tx.storedKeys(ctx)
	if err != nil {
		return err
	}
	keys := slices.Clone(stored)
	for _, key := range extensionKeys() {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if o.Directory {
		keys = append(keys, directoryKeys()...)
	}
	e.text("{")
	for _, key := range keys {
		e.key, e.n = key, 0
		e.always = slices.Contains(stored, key) || o.Empty && slices.Contains(directoryKeys(), key)
		if err := e.collection(ctx); err != nil {
			return fmt.Errorf("export of %s: %w", key, err)
		}
	}
	if e.written > 0 {
		e.newline()
	}
	e.text("}")
	return e.w.Flush()
}

// storedKeys is the collections of the extension that the last import had, in
// its order.
func (tx *Tx) storedKeys(ctx context.Context) ([]string, error) {
	bodies, err := tx.texts(ctx, `select body from documents where kind = 'keys' order by seq`)
	if err != nil || len(bodies) == 0 {
		return nil, err
	}
	var keys []string
	err = json.Unmarshal([]byte(bodies[0]), &keys)
	return keys, err
}

// exporter writes one document.
type exporter struct {
	tx *Tx
	w  *bufio.Writer
	o  ExportOptions

	key     string
	always  bool // the key is written also without records
	n       int  // records of the key so far
	written int  // keys so far
}

// text writes s; Flush tells of a writer that failed.
func (e *exporter) text(s string) { _, _ = e.w.WriteString(s) }

func (e *exporter) newline() {
	if e.o.Lines {
		e.text("\n")
	}
}

// open begins the collection, once it is known to be written.
func (e *exporter) open(bracket string) {
	if e.written > 0 {
		e.text(",")
	}
	e.written++
	e.newline()
	e.text(`"` + e.key + `":` + bracket)
}

// add writes a record; name is its key where the collection is an object.
func (e *exporter) add(name string, record []byte) {
	e.tx.pace.giveWay()
	switch {
	case e.n > 0:
		e.text(",")
	case name == "":
		e.open("[")
	default:
		e.open("{")
	}
	e.n++
	e.newline()
	if name != "" {
		quoted, _ := plainJSON(name) // a text can always be written
		e.text(string(quoted) + ":")
	}
	_, _ = e.w.Write(record)
}

func (e *exporter) collection(ctx context.Context) error {
	brackets := "[]"
	if e.key == "user_permissions" {
		brackets = "{}"
	}
	err := e.tx.eachRecord(ctx, e.key, e.o, func(name string, record []byte) error {
		e.add(name, record)
		return nil
	})
	if err != nil {
		return err
	}
	if e.n == 0 && e.always {
		e.open(brackets[:1])
		e.n++
	}
	if e.n > 0 {
		e.newline()
		e.text(brackets[1:])
	}
	return nil
}
