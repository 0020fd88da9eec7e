package store

import (
	"io"

	"trellis/cmd/internal/turns"
)

// Outline is what a document says of who has what: its groups, roles and
// permissions. A record that is wrong in itself is left out; a plan tells of it.
func Outline(src Source) (Document, error) {
	var out Document
	err := read(src, func(r io.Reader) error {
		_, err := readDocument(r, &turns.Pace{}, func(it item) error {
			switch it.collection {
			case "groups":
				out.Groups = parsed(out.Groups, it.raw)
			case "roles":
				out.Roles = parsed(out.Roles, it.raw)
			case "permissions":
				out.Permissions = parsed(out.Permissions, it.raw)
			}
			return nil
		}, func(string, string) {})
		return err
	})
	return out, err
}

// parsed is list with a record behind it, unless it cannot be read.
func parsed[T any](list []T, raw []byte) []T {
	var record T
	if parse(raw, &record) != nil {
		return list
	}
	return append(list, record)
}
