package openid

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"

	"trellis/cmd/internal/store"
)

// keyring is the provider's signing keys: the newest one signs, all verify.
// Several processes share them through the database.
type keyring struct {
	store *store.Store
	seals []cipher.AEAD // the first seals, all open

	mu   sync.RWMutex
	keys []jose.JSONWebKey // private ones
}

// CheckSeal reports whether sealKey alone opens the signing keys in s.
func CheckSeal(ctx context.Context, s *store.Store, sealKey []byte) error {
	k, err := newKeyring(s, sealKey)
	if err != nil {
		return err
	}
	return k.load(ctx)
}

func openKeyring(ctx context.Context, s *store.Store, sealKey []byte, old ...[]byte) (*keyring, error) {
	k, err := newKeyring(s, sealKey, old...)
	if err != nil {
		return nil, err
	}
	if err := k.ensure(ctx); err != nil {
		return nil, err
	}
	return k, k.load(ctx)
}

func newKeyring(s *store.Store, sealKey []byte, old ...[]byte) (*keyring, error) {
	k := &keyring{store: s}
	for _, key := range append([][]byte{sealKey}, old...) {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("the key that seals the signing keys: %w", err)
		}
		seal, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		k.seals = append(k.seals, seal)
	}
	return k, nil
}

// ensure makes the first key, and seals those anew that an old key sealed.
// Writers take turns, so that of several processes that start together only one
// makes it.
func (k *keyring) ensure(ctx context.Context) error {
	return k.store.Update(ctx, func(tx *store.Tx) error {
		have, err := tx.SigningKeys(ctx)
		if err != nil {
			return err
		}
		if len(have) > 0 {
			return k.renew(ctx, tx, have)
		}
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return fmt.Errorf("making a signing key: %w", err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return fmt.Errorf("making a signing key: %w", err)
		}
		id := rand.Text()
		return tx.AddSigningKey(ctx, id, k.sealed(id, der))
	})
}

// renew seals keys with the newest master key, so that the old ones can go.
func (k *keyring) renew(ctx context.Context, tx *store.Tx, keys []store.SigningKey) error {
	for _, s := range keys {
		der, by, err := k.unseal(s)
		if err != nil {
			return err
		}
		if by == 0 {
			continue
		}
		if err := tx.ResealSigningKey(ctx, s.ID, k.sealed(s.ID, der)); err != nil {
			return err
		}
	}
	return nil
}

// sealed is the private key der of the row id, as the table has it.
func (k *keyring) sealed(id string, der []byte) []byte {
	nonce := make([]byte, k.seals[0].NonceSize())
	rand.Read(nonce)
	return k.seals[0].Seal(nonce, nonce, der, sealedFor(id))
}

// unseal is the private key in s, and by which of the seals it opened.
func (k *keyring) unseal(s store.SigningKey) (der []byte, by int, err error) {
	n := k.seals[0].NonceSize()
	if len(s.Sealed) < n {
		return nil, 0, fmt.Errorf("the signing key %s is damaged", s.ID)
	}
	for by, seal := range k.seals {
		if der, err := seal.Open(nil, s.Sealed[:n], s.Sealed[n:], sealedFor(s.ID)); err == nil {
			return der, by, nil
		}
	}
	return nil, 0, fmt.Errorf("the signing key %s does not open: it was sealed with another master key, or it was changed", s.ID)
}

// load reads the keys anew, for those that another process made.
func (k *keyring) load(ctx context.Context) error {
	var stored []store.SigningKey
	err := k.store.View(ctx, func(tx *store.Tx) (err error) {
		stored, err = tx.SigningKeys(ctx)
		return err
	})
	if err != nil {
		return err
	}
	keys := make([]jose.JSONWebKey, 0, len(stored))
	for _, s := range stored {
		private, err := k.open(s)
		if err != nil {
			return err
		}
		keys = append(keys, jose.JSONWebKey{Key: private, KeyID: s.ID, Algorithm: string(jose.RS256), Use: "sig"})
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = keys
	return nil
}

func (k *keyring) open(s store.SigningKey) (*rsa.PrivateKey, error) {
	der, _, err := k.unseal(s)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("the signing key %s: %w", s.ID, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the signing key %s is no RSA key", s.ID)
	}
	return private, nil
}

// sealedFor ties a sealed key to its row, so that rows cannot be swapped.
func sealedFor(id string) []byte { return []byte("signing_keys/" + id) }

// PublicKeys is the keys that verify the provider's tokens.
func (k *keyring) PublicKeys(context.Context) ([]jose.JSONWebKey, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	out := make([]jose.JSONWebKey, len(k.keys))
	for i, key := range k.keys {
		out[i] = key.Public()
	}
	return out, nil
}

// signingKey is one of the provider's keys, as the library asks about it.
type signingKey struct{ jwk jose.JSONWebKey }

func (k signingKey) ID() string                                  { return k.jwk.KeyID }
func (k signingKey) Key() any                                    { return k.jwk.Key }
func (k signingKey) Use() string                                 { return k.jwk.Use }
func (k signingKey) Algorithm() jose.SignatureAlgorithm          { return jose.RS256 }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

// SigningKey is the key that signs.
func (s *storage) SigningKey(ctx context.Context) (op.SigningKey, error) {
	s.keys.mu.RLock()
	defer s.keys.mu.RUnlock()
	if len(s.keys.keys) == 0 {
		return nil, fail(ctx, errors.New("there is no signing key"))
	}
	return signingKey{s.keys.keys[0]}, nil
}

// KeySet is the public keys, for those who verify tokens.
func (s *storage) KeySet(ctx context.Context) ([]op.Key, error) {
	public, err := s.PublicKeys(ctx)
	out := make([]op.Key, len(public))
	for i, k := range public {
		out[i] = signingKey{k}
	}
	return out, fail(ctx, err)
}

// SignatureAlgorithms is the one that the provider signs with.
func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}
