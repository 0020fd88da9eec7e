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
	"github.com/go-jose/go-jose/v4/jwt"

	"trellis/cmd/internal/store"
)

// keyring is the provider's signing keys: the newest one signs, all verify.
// Several processes share them through the database.
type keyring struct {
	store *store.Store
	seal  cipher.AEAD

	mu   sync.RWMutex
	keys []jose.JSONWebKey // private ones
}

func openKeyring(ctx context.Context, s *store.Store, sealKey []byte) (*keyring, error) {
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("the key that seals the signing keys: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	k := &keyring{store: s, seal: seal}
	if err := k.ensure(ctx); err != nil {
		return nil, err
	}
	return k, k.load(ctx)
}

// ensure makes the first key. Writers take turns, so that of several processes
// that start together only one makes it.
func (k *keyring) ensure(ctx context.Context) error {
	return k.store.Update(ctx, func(tx *store.Tx) error {
		have, err := tx.SigningKeys(ctx)
		if err != nil || len(have) > 0 {
			return err
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
		nonce := make([]byte, k.seal.NonceSize())
		rand.Read(nonce)
		return tx.AddSigningKey(ctx, id, k.seal.Seal(nonce, nonce, der, sealedFor(id)))
	})
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
	n := k.seal.NonceSize()
	if len(s.Sealed) < n {
		return nil, fmt.Errorf("the signing key %s is damaged", s.ID)
	}
	der, err := k.seal.Open(nil, s.Sealed[:n], s.Sealed[n:], sealedFor(s.ID))
	if err != nil {
		return nil, fmt.Errorf("the signing key %s does not open: it was sealed with another master key, or it was changed", s.ID)
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

// sign is a JWT of that type with claims.
func (k *keyring) sign(typ jose.ContentType, claims any) (string, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if len(k.keys) == 0 {
		return "", errors.New("there is no signing key")
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k.keys[0]}, (&jose.SignerOptions{}).WithType(typ))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// verify reads the claims of an own token of that type into out. It checks the
// signature, and leaves the claims to the caller.
func (k *keyring) verify(typ jose.ContentType, raw string, out any) error {
	if len(raw) > maxToken {
		return errors.New("the token is too long")
	}
	t, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return err
	}
	if got, _ := t.Headers[0].ExtraHeaders[jose.HeaderType].(string); got != string(typ) {
		return fmt.Errorf("a token of type %q, not %q", got, typ)
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, key := range k.keys {
		if key.KeyID == t.Headers[0].KeyID {
			return t.Claims(key.Public().Key, out)
		}
	}
	return errors.New("the token is signed with an unknown key")
}
