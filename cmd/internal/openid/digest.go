package openid

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
)

// mac is a key-bound digest of parts, which no other parts have.
func (p *Provider) mac(parts ...string) string { return mac(p.stateKey, parts...) }

func mac(key []byte, parts ...string) string {
	return hex.EncodeToString(macBytes(key, parts...))
}

func macBytes(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, s := range parts {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return h.Sum(nil)
}

// digest is what is stored of a secret with so many random bits that it needs
// no salt.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
