package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// sealSize is the length of the key that seals secrets: AES-256.
const sealSize = 32

// errSealed says that a secret does not open. It is not damage of the database
// that would stop anything: what a secret is compared with is its hash.
var errSealed = errors.New("it was sealed with another master key, or it was changed")

// seal is secret as it may be kept. purpose ties it to its place, so that one
// secret cannot be put in the place of another.
func (tx *Tx) seal(ctx context.Context, secret []byte, purpose string) ([]byte, error) {
	aead, err := tx.sealer(ctx)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, secret, []byte(purpose)), nil //nolint:gosec // it makes a nonce of its own each time
}

// unseal is the secret in sealed, by the key that seals or by one before it.
func (tx *Tx) unseal(ctx context.Context, sealed []byte, purpose string) ([]byte, error) {
	aead, err := tx.sealer(ctx)
	if err != nil {
		return nil, err
	}
	if secret, err := aead.Open(nil, nil, sealed, []byte(purpose)); err == nil {
		return secret, nil
	}
	if tx.store.oldSealKeys == nil {
		return nil, errSealed
	}
	old, err := tx.store.oldSealKeys(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, key := range old {
		aead, err := sealerOf(key)
		if err != nil {
			return nil, err
		}
		if secret, err := aead.Open(nil, nil, sealed, []byte(purpose)); err == nil {
			return secret, nil
		}
	}
	return nil, errSealed
}

// sealer asks for the key each time: it is a rare thing, and a master key that
// was put back from a backup counts at once.
func (tx *Tx) sealer(ctx context.Context) (cipher.AEAD, error) {
	if tx.store.sealKey == nil {
		return nil, errors.New("store: there is no key to seal secrets with")
	}
	key, err := tx.store.sealKey(ctx, tx)
	if err != nil {
		return nil, err
	}
	return sealerOf(key)
}

func sealerOf(key []byte) (cipher.AEAD, error) {
	if len(key) != sealSize {
		return nil, fmt.Errorf("store: the key that seals secrets has %d bytes, want %d", len(key), sealSize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("the key that seals secrets: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
