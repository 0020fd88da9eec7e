package bearer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	// maxToken bounds the work that a stranger's token can cause.
	maxToken = 16 << 10
	// skew is how far the clocks of an issuer and of this process may differ.
	skew = time.Minute
)

// KeySet knows the public keys of an issuer.
type KeySet interface {
	PublicKeys(ctx context.Context) ([]jose.JSONWebKey, error)
}

// Verifier checks the access tokens of one issuer.
type Verifier struct {
	issuer string
	keys   KeySet
	now    func() time.Time
}

// New is a verifier of the tokens that issuer signs with keys.
func New(issuer string, keys KeySet) *Verifier {
	return &Verifier{issuer: issuer, keys: keys, now: time.Now}
}

// Verify checks the token in the value of an Authorization header, which must
// be meant for audience. A token that is turned down is a *Refusal; any other
// error means that the issuer's keys could not be read.
func (v *Verifier) Verify(ctx context.Context, authorization, audience string) (Principal, error) {
	raw, err := token(authorization)
	if err != nil {
		return Principal{}, err
	}
	c, err := v.signed(ctx, raw)
	if err != nil {
		return Principal{}, err
	}
	if !v.valid(c, audience) {
		return Principal{}, badCredentials()
	}
	return c.principal()
}

// token is the token of an Authorization header, which names its scheme in any
// case of letters.
func token(authorization string) (string, error) {
	scheme, raw, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	raw = strings.TrimSpace(raw)
	switch {
	case scheme == "", strings.EqualFold(scheme, "Bearer") && raw == "":
		return "", missing("token is null")
	case !strings.EqualFold(scheme, "Bearer"), strings.Count(raw, ".") != 2:
		return "", missing(badFormat)
	case len(raw) > maxToken:
		return "", malformed()
	}
	return raw, nil
}

// signed is the claims of raw, once its signature is found to be the issuer's.
func (v *Verifier) signed(ctx context.Context, raw string) (claims, error) {
	t, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		if namesAlgorithm(raw) {
			return claims{}, badCredentials()
		}
		return claims{}, malformed()
	}
	header := t.Headers[0]
	typ, _ := header.ExtraHeaders[jose.HeaderType].(string)
	if !strings.EqualFold(typ, "JWT") && !strings.EqualFold(typ, "at+jwt") {
		return claims{}, badCredentials()
	}
	keys, err := v.keys.PublicKeys(ctx)
	if err != nil {
		return claims{}, fmt.Errorf("reading the issuer's keys: %w", err)
	}
	i := slices.IndexFunc(keys, func(k jose.JSONWebKey) bool { return k.KeyID == header.KeyID })
	if header.KeyID == "" || i < 0 {
		return claims{}, badCredentials()
	}
	var c claims
	if err := t.Claims(keys[i].Key, &c); err != nil {
		return claims{}, badCredentials()
	}
	return c, nil
}

// namesAlgorithm reports whether raw is a JWT that only its algorithm rules
// out, such as HS256 or none.
func namesAlgorithm(raw string) bool {
	header, _, _ := strings.Cut(raw, ".")
	var h struct{ Alg string }
	return decode(header, &h) == nil && h.Alg != "" && h.Alg != string(jose.RS256)
}

// valid reports whether the issuer made c for audience, and now is in its time.
func (v *Verifier) valid(c claims, audience string) bool {
	now := v.now()
	switch {
	case c.Issuer != v.issuer, c.Subject == "":
		return false
	case !c.Audience.Contains(audience):
		return false
	case c.Expiry == nil, now.After(c.Expiry.Time().Add(skew)):
		return false
	case c.NotBefore != nil && now.Add(skew).Before(c.NotBefore.Time()):
		return false
	}
	return true
}
