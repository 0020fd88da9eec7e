package session

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// sealer keeps what a table must not show. A place is the table and the row that
// a text belongs to: moved anywhere else, it no longer opens.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	if len(key) != 32 {
		return sealer{}, fmt.Errorf("session key: %d bytes, want 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, fmt.Errorf("session key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("session key: %w", err)
	}
	return sealer{aead}, nil
}

func (s sealer) seal(v any, place ...string) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, bytesOf(place))), nil
}

var errSeal = errors.New("the seal does not open")

// open is the reverse of seal. It does not say why a seal stays shut: an old
// key, a changed text and a moved one all mean that there is nothing here.
func (s sealer) open(sealed string, v any, place ...string) error {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return errSeal
	}
	plain, err := s.aead.Open(nil, nil, b, bytesOf(place))
	if err != nil {
		return errSeal
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errSeal
	}
	return nil
}

// bytesOf joins with a byte that no part holds.
func bytesOf(place []string) []byte { return []byte(strings.Join(place, "\x00")) }

// newID is an id that nobody guesses: 130 bits.
func newID() string { return rand.Text() }
