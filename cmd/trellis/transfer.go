package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"trellis/cmd/internal/store"
)

type importCommand struct {
	File string `arg:"" help:"The JSON document of an export, also of the Authorization Extension; - reads standard input."`
}

// Run replaces what the tenant holds by what the file holds, wholly or not at
// all.
func (c *importCommand) Run(ctx context.Context, i *invocation) error {
	document, err := c.read(i.In)
	if err != nil {
		return misuse{err}
	}
	err = i.with(ctx, func(ctx context.Context, s *store.Store) error {
		return s.Update(ctx, func(tx *store.Tx) error { return tx.Import(ctx, document) })
	})
	if err != nil {
		return err
	}
	counts := document.Counts()
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", strings.ReplaceAll(kind, "_", " "), counts[kind]))
	}
	return i.printf("Imported: %s.\n", strings.Join(parts, ", "))
}

func (c *importCommand) read(in io.Reader) (store.Document, error) {
	var document store.Document
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return document, fmt.Errorf("import: %w", err)
		}
		defer f.Close()
		in = f
	}
	decoder := json.NewDecoder(in)
	if err := decoder.Decode(&document); err != nil {
		return document, fmt.Errorf("import %s: it is no JSON document of an export: %w", c.File, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return document, fmt.Errorf("import %s: something follows the JSON document", c.File)
	}
	if len(document.Counts()) == 0 { // an import replaces: this one would only erase
		return document, fmt.Errorf("import %s: it holds no groups, no roles and nothing else that could be imported", c.File)
	}
	return document, nil
}

type exportCommand struct{}

// Run prints what the tenant holds.
func (c *exportCommand) Run(ctx context.Context, i *invocation) error {
	var document store.Document
	err := i.existing(ctx, func(ctx context.Context, s *store.Store) error {
		return s.View(ctx, func(tx *store.Tx) (err error) {
			document, err = tx.Export(ctx)
			return err
		})
	})
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(i.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document)
}
