package openid

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"trellis/cmd/internal/store"
	"trellis/cmd/internal/store/pgtest"
)

func TestSigningKeyIsSealed(t *testing.T) {
	x := newTenant(t)
	var id string
	var sealed []byte
	row := x.store.DB().QueryRowContext(t.Context(), `select id, sealed from signing_keys`)
	if err := row.Scan(&id, &sealed); err != nil {
		t.Fatal(err)
	}
	change := func(query string, args ...any) {
		t.Helper()
		if _, err := x.store.DB().ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	change(`update signing_keys set id = 'moved'`)
	if _, err := New(x.config); err == nil {
		t.Error("a key opened in another row")
	}
	sealed[len(sealed)-1] ^= 1
	change(`update signing_keys set id = $1, sealed = $2`, id, sealed)
	if _, err := New(x.config); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("a changed key: %v", err)
	}
	change(`update signing_keys set sealed = $1`, []byte("x"))
	if _, err := New(x.config); err == nil {
		t.Error("a damaged key opened")
	}
}

// Processes that start together share one key.
func TestOneSigningKey(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: pgtest.Choose(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := openKeyring(context.Background(), s, []byte("0123456789abcdef0123456789abcdef")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		keys, err := tx.SigningKeys(t.Context())
		if len(keys) != 1 {
			t.Errorf("%d keys, want 1", len(keys))
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// With a new master key the signing keys are sealed anew, and the old one may go.
func TestSEC_07_signing_keys_are_sealed_anew(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: pgtest.Choose(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	old, next := []byte(strings.Repeat("o", 32)), []byte(strings.Repeat("n", 32))
	ids := func(key []byte, more ...[]byte) (ids []string) {
		t.Helper()
		k, err := openKeyring(t.Context(), s, key, more...)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range k.keys {
			ids = append(ids, key.KeyID)
		}
		return ids
	}
	first := ids(old)
	if err := CheckSeal(t.Context(), s, next); err == nil {
		t.Error("the new key opens what it has not sealed")
	}
	if got := ids(next, old); !slices.Equal(got, first) {
		t.Errorf("keys %v, want %v", got, first)
	}
	if err := CheckSeal(t.Context(), s, next); err != nil {
		t.Error(err)
	}
	if got := ids(next); !slices.Equal(got, first) {
		t.Errorf("without the old key %v, want %v", got, first)
	}
	if _, err := openKeyring(t.Context(), s, old); err == nil || !strings.Contains(err.Error(), "another master key") {
		t.Errorf("with the old key alone: %v", err)
	}
}
