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
type sealer struct{ ring []cipher.AEAD } // the first seals, all open

func newSealer(key []byte, old ...[]byte) (s sealer, err error) {
	for _, k := range append([][]byte{key}, old...) {
		if len(k) != 32 {
			return sealer{}, fmt.Errorf("session key: %d bytes, want 32", len(k))
		}
		block, err := aes.NewCipher(k)
		if err != nil {
			return sealer{}, fmt.Errorf("session key: %w", err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return sealer{}, fmt.Errorf("session key: %w", err)
		}
		s.ring = append(s.ring, aead)
	}
	return s, nil
}

func (s sealer) seal(v any, place ...string) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(s.ring[0].Seal(nil, nil, plain, bytesOf(place))), nil
}

var errSeal = errors.New("the seal does not open")

// open is the reverse of seal. It does not say why a seal stays shut: a key that
// is gone, a changed text and a moved one all mean that there is nothing here.
func (s sealer) open(sealed string, v any, place ...string) error {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return errSeal
	}
	for _, aead := range s.ring {
		plain, err := aead.Open(nil, nil, b, bytesOf(place))
		if err == nil && json.Unmarshal(plain, v) == nil {
			return nil
		}
	}
	return errSeal
}

// bytesOf joins with a byte that no part holds.
func bytesOf(place []string) []byte { return []byte(strings.Join(place, "\x00")) }

// newID is an id that nobody guesses: 130 bits.
func newID() string { return rand.Text() }
