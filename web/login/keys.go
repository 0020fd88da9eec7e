package login

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/time/rate"
)

const (
	maxJWT  = 16 << 10 // bytes of a token
	minRSA  = 2048     // bits
	keysGap = 30 * time.Second
)

// algorithms are the signatures that we trust.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// keySet is the provider's public keys. Unlike go-oidc's it lives with one bad
// key among good ones, ignores keys that are not for signing, and does not ask
// the provider again for each token that names a key it has never heard of.
type keySet struct {
	http *http.Client
	now  func() time.Time

	mu   sync.Mutex
	url  string
	keys []jose.JSONWebKey
	asks *rate.Limiter
}

// newKeySet allows two downloads in a row: the first, and the one after a key was
// replaced right then.
func newKeySet(hc *http.Client, now func() time.Time) *keySet {
	return &keySet{http: hc, now: now, asks: rate.NewLimiter(rate.Every(keysGap), 2)}
}

// at makes url the address of the keys.
func (s *keySet) at(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url != url {
		s.url, s.keys = url, nil
	}
}

// VerifySignature is the payload of token, if one of the keys signed it.
func (s *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	if len(token) > maxJWT {
		return nil, errors.New("the token is larger than 16 KiB")
	}
	jws, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, fmt.Errorf("the token is not a signed JWT: %w", err)
	}
	header := jws.Signatures[0].Header

	s.mu.Lock()
	defer s.mu.Unlock()
	if payload, ok := verify(jws, header, s.keys); ok {
		return payload, nil
	}
	if !s.asks.AllowN(s.now(), 1) {
		return nil, errors.New("no known key made the signature, and the keys were asked for just now")
	}
	if err := s.refetch(ctx); err != nil {
		return nil, err
	}
	if payload, ok := verify(jws, header, s.keys); ok {
		return payload, nil
	}
	return nil, errors.New("none of the provider's keys made the signature")
}

// verify tries the keys that fit header.
func verify(jws *jose.JSONWebSignature, header jose.Header, keys []jose.JSONWebKey) ([]byte, bool) {
	for i := range keys {
		k := &keys[i]
		if (header.KeyID != "" && k.KeyID != header.KeyID) || (k.Algorithm != "" && k.Algorithm != header.Algorithm) {
			continue
		}
		if payload, err := jws.Verify(k); err == nil {
			return payload, true
		}
	}
	return nil, false
}

// refetch replaces the keys. When the provider fails, the old ones stay.
func (s *keySet) refetch(ctx context.Context) error {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, s.url, nil)
	if err != nil {
		return fmt.Errorf("asking for the keys: %w", err)
	}
	res, err := s.http.Do(req)
	if err != nil {
		return outage{fmt.Errorf("asking for the keys: %w", err)}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return outage{fmt.Errorf("asking for the keys: status %d", res.StatusCode)}
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return outage{fmt.Errorf("reading the keys: %w", err)}
	}
	keys, err := usable(body)
	if err != nil {
		return err
	}
	s.keys = keys
	return nil
}

// usable is the keys of a JWKS that may verify a signature. Each is read by
// itself: a curve that Go does not know must not keep everybody out.
func usable(jwks []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(jwks, &set); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if err := k.UnmarshalJSON(raw); err != nil || !k.Valid() || !k.IsPublic() {
			continue
		}
		if k.Use != "" && k.Use != "sig" {
			continue
		}
		if r, ok := k.Key.(*rsa.PublicKey); ok && r.N.BitLen() < minRSA {
			continue
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// outage is a failure of the provider to answer, rather than of what it said.
type outage struct{ error }

func (o outage) Unwrap() error { return o.error }

func isOutage(err error) bool {
	_, ok := errors.AsType[outage](err)
	return ok
}
