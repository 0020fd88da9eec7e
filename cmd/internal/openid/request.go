package openid

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"

	"trellis/cmd/internal/store"
)

// request is a sign-in that waits for somebody. It travels sealed in the
// address and the form of the sign-in page, and is kept nowhere else: whoever
// asks for the page a million times leaves nothing behind here.
type request struct {
	store.AuthRequest
	LoginHint string    `json:"login_hint,omitempty"`
	Browser   string    `json:"browser"` // digest of the cookie of who asked
	Until     time.Time `json:"until"`

	sealed string
}

// sealer makes requests unreadable and unchangeable on their way.
type sealer struct{ aead cipher.AEAD }

// requestsOf ties a sealed request to its purpose.
var requestsOf = []byte("sign-in request")

func newSealer(stateKey []byte) (sealer, error) {
	block, err := aes.NewCipher(macBytes(stateKey, "seal of sign-in requests"))
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

func (s sealer) seal(r request) (string, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, requestsOf)), nil
}

// open is the request in text, if it is one of ours.
func (s sealer) open(text string) (r request, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	n := s.aead.NonceSize()
	if err != nil || len(sealed) < n {
		return request{}, false
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], requestsOf)
	if err != nil {
		return request{}, false
	}
	r.sealed = text
	return r, json.Unmarshal(plain, &r) == nil
}
