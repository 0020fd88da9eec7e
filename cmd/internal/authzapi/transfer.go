package authzapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/turns"
)

// directoryScopes is what a caller needs beside the operation's own scope to
// export the directory.
func directoryScopes() []string {
	return []string{"read:users", "read:connections", "read:applications", "read:resource-server"}
}

// keyScope is what a caller needs to export the key for the policy call. Who has
// it could make a new one, and may see the one there is; who may only read the
// configuration could sign in nobody, and must not be able to ask as a sign-in.
const keyScope = "update:configuration"

// exportTenant leaves out machine clients: what opens the tenant does not leave
// it this way.
func (s *Server) exportTenant(ctx context.Context, c *call) (any, error) {
	o := store.ExportOptions{
		Directory: isTrue(c.query, "directory"), Keys: c.who.Can(keyScope),
		Lost: func(why error) {
			s.Log.WarnContext(ctx, "an export is without the key for the policy call; rotate it to have one that can be exported", "why", why)
		},
	}
	if o.Directory {
		for _, scope := range directoryScopes() {
			if !c.who.Can(scope) {
				return nil, insufficient([]string{scope})
			}
		}
	}
	defer turns.Short()()
	var b bytes.Buffer
	if err := c.tx.ExportTo(ctx, &b, o); err != nil {
		return nil, err
	}
	return &written{b.Bytes()}, nil
}

func (s *Server) importTenant(ctx context.Context, c *call) (any, error) {
	o := store.ImportOptions{Merge: c.query.Get("mode") == "merge"}
	src, err := c.source()
	if err != nil {
		return nil, err
	}
	if err := s.mayImport(c); err != nil {
		return nil, err
	}
	if isTrue(c.query, "dry_run") {
		return s.planImport(ctx, c, src, o)
	}
	_, err = c.tx.ImportFrom(ctx, src, o)
	return nil, err
}

// source is the body as it came: what its value does not tell, such as the order
// of fields, is imported too.
func (c *call) source() (store.Source, error) {
	if bytes.HasPrefix(bytes.TrimLeft(c.raw, " \t\r\n"), []byte("{")) {
		return store.Bytes(c.raw), nil
	}
	b, err := encode(c.body) // of a form
	return store.Bytes(b), err
}

// unimportable words what is wrong with a document.
func unimportable(e *store.DocumentError) *failure {
	f := &failure{StatusCode: http.StatusBadRequest, Kind: "ValidationError", Problems: e.Findings}
	if len(e.Findings) > 0 {
		f.Message = fmt.Sprintf("The document cannot be imported. %s: %s", e.Findings[0].Where, e.Findings[0].Message)
	}
	if e.Total > 1 {
		f.Message += fmt.Sprintf(" (and %d more)", e.Total-1)
	}
	return f
}

func isMissing(err error) bool {
	_, missing := errors.AsType[*store.NotFoundError](err)
	return missing
}
