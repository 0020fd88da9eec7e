package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"trellis/cmd/internal/strictjson"
	"trellis/cmd/internal/turns"
)

// Finding is something about a document, and where in it.
type Finding struct {
	Where   string `json:"where"` // such as "groups[3].name"
	Message string `json:"message"`
}

// DocumentError says why a document cannot be imported, with everything that is
// wrong about it. Of very many findings it has the first, and how many there are.
type DocumentError struct {
	Findings []Finding
	Total    int
}

func (e *DocumentError) Error() string {
	text := ""
	for i, f := range e.Findings {
		if i > 0 {
			text += "\n"
		}
		text += f.Where + ": " + f.Message
	}
	if more := e.Total - len(e.Findings); more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return text
}

// item is one record of a document.
type item struct {
	collection string
	where      string          // such as "groups[3]"
	name       string          // its key, when the collection is an object
	raw        json.RawMessage // as it is written, found to be strict JSON
	value      any             // what raw says
}

// documentReader reads a document record by record: of a long one, only one
// record is in memory.
type documentReader struct {
	d     *json.Decoder
	found func(item) error
	wrong func(where, message string)
	keys  []string
	pace  *turns.Pace
}

// readDocument hands every record of r to found and what is wrong to wrong, and
// returns the collections in order. What ends the reading is a DocumentError.
func readDocument(r io.Reader, p *turns.Pace, found func(item) error, wrong func(where, message string)) ([]string, error) {
	dr := &documentReader{d: json.NewDecoder(r), pace: p, found: found, wrong: wrong}
	dr.d.UseNumber()
	t, err := dr.d.Token()
	if err != nil {
		return nil, dr.broken(err)
	}
	if t != json.Delim('{') {
		return nil, dr.end("the document must be an object")
	}
	for dr.d.More() {
		if err := dr.collection(); err != nil {
			return nil, err
		}
	}
	if _, err := dr.d.Token(); err != nil {
		return nil, dr.broken(err)
	}
	if _, err := dr.d.Token(); !errors.Is(err, io.EOF) {
		return nil, dr.end("something follows the JSON document")
	}
	return dr.keys, nil
}

func (r *documentReader) end(message string) error {
	return &DocumentError{Findings: []Finding{{fmt.Sprintf("byte %d", r.d.InputOffset()), message}}, Total: 1}
}

// broken words an error of the decoder. One of the disk or the database is
// passed on.
func (r *documentReader) broken(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	if syntax || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.end("it is no JSON document of an export")
	}
	return fmt.Errorf("reading the document: %w", err)
}

// collection reads one key of the document and its records.
func (r *documentReader) collection() error {
	t, err := r.d.Token()
	if err != nil {
		return r.broken(err)
	}
	key, _ := t.(string)
	switch {
	case slices.Contains(r.keys, key):
		return r.end(fmt.Sprintf("the key %q is given twice", key))
	case key == about:
		return r.pass()
	case !slices.Contains(extensionKeys(), key) && !slices.Contains(directoryKeys(), key):
		r.wrong(key, "is not allowed")
		return r.pass()
	}
	r.keys = append(r.keys, key)
	open, want := json.Delim('['), "must be a list"
	if key == "user_permissions" {
		open, want = '{', "must be an object"
	}
	t, err = r.d.Token()
	if err != nil {
		return r.broken(err)
	}
	if t != open {
		r.wrong(key, want)
		return r.skip(t)
	}
	return r.records(key, open == '{')
}

// pass reads a value that nobody needs.
func (r *documentReader) pass() error {
	t, err := r.d.Token()
	if err != nil {
		return r.broken(err)
	}
	return r.skip(t)
}

// skip reads on to the end of the value that begins with t.
func (r *documentReader) skip(t json.Token) error {
	depth := 0
	for {
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if depth > strictjson.MaxDepth {
			return r.end(fmt.Sprintf("the document nests deeper than %d levels", strictjson.MaxDepth))
		}
		var err error
		if t, err = r.d.Token(); err != nil {
			return r.broken(err)
		}
	}
}

// records reads what a collection holds.
func (r *documentReader) records(key string, named bool) error {
	for i := 0; r.d.More(); i++ {
		r.pace.GiveWay()
		it := item{collection: key, where: fmt.Sprintf("%s[%d]", key, i)}
		if named {
			t, err := r.d.Token()
			if err != nil {
				return r.broken(err)
			}
			it.name, _ = t.(string)
			it.where = fmt.Sprintf("%s[%q]", key, it.name)
		}
		if err := r.d.Decode(&it.raw); err != nil {
			return r.broken(err)
		}
		value, err := strictjson.Decode(it.raw)
		if err != nil {
			r.wrong(it.where, err.Error())
			continue
		}
		if _, object := value.(map[string]any); !object && !named {
			r.wrong(it.where, "must be of type object")
			continue
		}
		it.value = value
		if err := r.found(it); err != nil {
			return err
		}
	}
	if _, err := r.d.Token(); err != nil {
		return r.broken(err)
	}
	return nil
}
