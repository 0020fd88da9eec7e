package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// The key for the policy call is a secret that its owner may take along: an
// export for the owner holds it in clear, as the Authorization Extension's does.
// At rest it is there twice, and neither can be used by whoever steals a copy
// of the database: as a hash, which every policy call is compared with, and
// sealed with a key that is not in the database, for the export alone. So a
// database that was moved without its master key goes on serving.

// keyField is the field of a configuration that holds the key.
const keyField = "apikey"

// minKeySize is how many characters a key of 128 bits has at least.
const minKeySize = 32

// keptKey is a key as it is kept, in the place of the key.
type keptKey struct {
	Hash   string `json:"hash"`
	Sealed []byte `json:"sealed"` // the key as JSON, as it was written
}

// keyAsKept reads a key that is kept; ok tells whether raw is one.
func keyAsKept(raw json.RawMessage) (k keptKey, ok bool) {
	if !bytes.HasPrefix(raw, []byte("{")) || json.Unmarshal(raw, &k) != nil {
		return keptKey{}, false
	}
	return k, k.Hash != ""
}

// keepKey is raw, the text of a key in JSON, as it will be kept.
func (tx *Tx) keepKey(ctx context.Context, raw json.RawMessage) (json.RawMessage, error) {
	var key string
	if err := json.Unmarshal(raw, &key); err != nil {
		return nil, fmt.Errorf("reading a key for the policy call: %w", err)
	}
	sealed, err := tx.seal(ctx, raw, keyField)
	if err != nil {
		return nil, fmt.Errorf("keeping the key for the policy call: %w", err)
	}
	return plainJSON(keptKey{hashKey(key), sealed})
}

// ResealAPIKey seals the key for the policy call with the newest master key, so
// that the old ones can go. It changes nothing for whoever uses the key. One that
// no master key opens stays as it is: it is still compared by its hash.
func (tx *Tx) ResealAPIKey(ctx context.Context) error {
	seq, all, err := tx.configuration(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(f field) bool { return f.name == keyField })
	if i < 0 {
		return nil
	}
	kept, _ := keyAsKept(all[i].raw)
	raw, err := tx.unseal(ctx, kept.Sealed, keyField)
	if errors.Is(err, errSealed) {
		return nil
	}
	if err != nil {
		return err
	}
	anew, err := tx.keepKey(ctx, raw)
	if err != nil {
		return err
	}
	if err := tx.saveConfiguration(ctx, seq, with(all, keyField, string(anew))); err != nil {
		return err
	}
	return tx.record(ctx, "configuration.apikey.reseal", "configuration", configurationID, nil, nil)
}

// RotateAPIKey makes a new key for the policy call, and returns it. The old one
// opens nothing any more.
func (tx *Tx) RotateAPIKey(ctx context.Context) (string, error) {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails: it ends the process instead
	key := hex.EncodeToString(random)
	seq, all, err := tx.configuration(ctx)
	if err != nil {
		return "", err
	}
	kept, err := tx.keepKey(ctx, json.RawMessage(`"`+key+`"`))
	if err != nil {
		return "", err
	}
	all = with(withID(all), keyField, string(kept))
	if err := tx.saveConfiguration(ctx, seq, all); err != nil {
		return "", err
	}
	return key, tx.record(ctx, "configuration.apikey.rotate", "configuration", configurationID, nil, nil)
}

// APIKeyMatches reports whether key is the tenant's key for the policy call.
func (tx *Tx) APIKeyMatches(ctx context.Context, key string) (bool, error) {
	_, all, err := tx.configuration(ctx)
	if err != nil {
		return false, err
	}
	hash := keyHash(all)
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(hashKey(key))) == 1, nil
}

// keyHash is the hash of the key of a configuration that is kept, "" when it
// has none.
func keyHash(all []field) string {
	for _, f := range all {
		if f.name == keyField {
			kept, _ := keyAsKept(f.raw)
			return kept.Hash
		}
	}
	return ""
}

func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// keptFields is a configuration of a document as it will be kept.
func (tx *Tx) keptFields(ctx context.Context, all []field) ([]field, error) {
	all = slices.Clone(all)
	for i, f := range all {
		if _, kept := keyAsKept(f.raw); f.name != keyField || kept {
			continue
		}
		raw, err := tx.keepKey(ctx, f.raw)
		if err != nil {
			return nil, err
		}
		all[i].raw = raw
	}
	return all, nil
}

// eachConfiguration hands on the configurations, with the key as o has it: in
// clear, as it is kept, or not at all.
func (tx *Tx) eachConfiguration(ctx context.Context, o ExportOptions, found func(string, []byte) error) error {
	return tx.eachDocument(ctx, "configuration", func(name string, body []byte) error {
		if o.sealed {
			return found(name, body)
		}
		all, err := fields(body)
		if err != nil {
			return fmt.Errorf("store: damaged configuration: %w", err)
		}
		return found(name, object(tx.shownKey(ctx, all, o)))
	})
}

// shownKey is the configuration with its key in clear, or without its key.
func (tx *Tx) shownKey(ctx context.Context, all []field, o ExportOptions) []field {
	shown := make([]field, 0, len(all))
	for _, f := range all {
		if f.name == keyField {
			if !o.Keys {
				continue
			}
			kept, _ := keyAsKept(f.raw)
			raw, err := tx.unseal(ctx, kept.Sealed, keyField)
			if err != nil {
				if o.Lost != nil {
					o.Lost(err)
				}
				continue
			}
			f.raw = raw
		}
		shown = append(shown, f)
	}
	return shown
}

// planKey tells what becomes of the key for the policy call, without showing it.
func (tx *Tx) planKey(ctx context.Context, in *inspection) error {
	_, all, err := tx.configuration(ctx)
	if err != nil {
		return err
	}
	switch was := keyHash(all); {
	case in.keyHash == was, in.keyHash == "" && in.o.Merge && !in.configured:
	case was == "":
		in.warnings.add("configuration", "brings a key for the policy call, which opens it from then on")
	case in.keyHash == "":
		in.warnings.add("configuration", "has no key for the policy call, so that the one that is there goes")
	default:
		in.warnings.add("configuration", "brings another key for the policy call, so that the one that is there opens nothing any more")
	}
	return nil
}
