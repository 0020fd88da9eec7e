package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"trellis/cmd/internal/texts"
)

// The limits of a group's metadata.
const (
	maxMetadataKeys = 50
	maxMetadataKey  = 100
	maxMetadataText = 1000
	maxMetadata     = 16 << 10 // of all of it as JSON, in bytes
)

// MetadataError says what a group's metadata cannot hold: at Key, or of all of it
// when that is empty.
type MetadataError struct{ Key, Message string }

func (e *MetadataError) Error() string { return fmt.Sprintf("metadata %q %s", e.Key, e.Message) }

// checkMetadata is a MetadataError, or nil. A group's metadata is an object of
// texts, numbers and truth values.
func checkMetadata(raw json.RawMessage) error {
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return &MetadataError{"", "must be of type object"}
	}
	switch {
	case len(all) > maxMetadataKeys:
		return &MetadataError{"", fmt.Sprintf("must have less than or equal to %d keys", maxMetadataKeys)}
	case len(raw) > maxMetadata:
		return &MetadataError{"", fmt.Sprintf("must be at most %d bytes long", maxMetadata)}
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if problem := metadataProblem(key, all[key]); problem != "" {
			return &MetadataError{key, problem}
		}
	}
	return nil
}

// metadataProblem is what is wrong with one member of metadata, if anything is.
func metadataProblem(key string, value any) string {
	switch {
	case key == "":
		return "must not have an empty key"
	case texts.Units(key) > maxMetadataKey:
		return fmt.Sprintf("must have a key of at most %d characters", maxMetadataKey)
	case strings.ContainsFunc(key, texts.Control), texts.Deceives(key):
		return "must not have a key with control or invisible characters"
	}
	switch value := value.(type) {
	case string:
		switch {
		case texts.Units(value) > maxMetadataText:
			return fmt.Sprintf("length must be less than or equal to %d characters long", maxMetadataText)
		case strings.ContainsFunc(value, texts.ControlInLines):
			return "must not contain control characters"
		}
		return ""
	case float64, bool:
		return ""
	default:
		return "must be a string, a number or a boolean"
	}
}

// plainMetadata is raw as it is stored: its keys in order, and nothing at all for
// an empty object.
func plainMetadata(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	if err := checkMetadata(raw); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("reading metadata: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return plainJSON(all)
}

// Metadata is the metadata of those of the groups with ids that have any, by their
// names.
func (tx *Tx) Metadata(ctx context.Context, ids []string) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	for some := range slices.Chunk(ids, batch) {
		err := tx.pairs(ctx, func(name, metadata string) { out[name] = metadataOf(metadata) },
			`select name, metadata from groups where metadata <> '' and id in (`+places(1, len(some))+`)`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("reading metadata: %w", err)
		}
	}
	return out, nil
}

// metadataOf is metadata as it was stored.
func metadataOf(stored string) json.RawMessage {
	if stored == "" {
		return nil
	}
	return json.RawMessage(stored)
}
