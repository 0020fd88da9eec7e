package login

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	clockAhead = 5 * time.Minute  // how far a provider's clock may run before ours
	oldest     = 10 * time.Minute // an ID token at sign-in
	skew       = time.Minute      // for nbf
)

// identity is who an ID token speaks of.
type identity struct {
	Subject   string   `json:"sub"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Nonce     string   `json:"nonce"`
	Azp       *string  `json:"azp"`
	IssuedAt  *float64 `json:"iat"`
	NotBefore *float64 `json:"nbf"`
}

// verifyIDToken is who raw speaks of, if it speaks to us, now. go-oidc checks
// signature, issuer, audience and expiry; all else that a relying party must
// check is here.
func (p *Party) verifyIDToken(ctx context.Context, m *metadata, raw, accessToken string) (identity, error) {
	var who identity
	if len(raw) > maxJWT {
		return who, errors.New("the ID token is larger than 16 KiB")
	}
	if err := checkType(raw); err != nil {
		return who, err
	}
	token, err := m.verifier.Verify(ctx, raw)
	if err != nil {
		return who, fmt.Errorf("ID token: %w", err)
	}
	if err := token.Claims(&who); err != nil {
		return who, fmt.Errorf("ID token: claims of an unexpected type: %w", err)
	}
	if err := who.check(token.Audience, p.clientID, p.now()); err != nil {
		return who, fmt.Errorf("ID token: %w", err)
	}
	if err := checkHash(token, accessToken); err != nil {
		return who, fmt.Errorf("ID token: %w", err)
	}
	return who, nil
}

// check is what the standard asks of the claims and go-oidc leaves to us.
func (who identity) check(audience []string, clientID string, now time.Time) error {
	switch {
	case who.Subject == "" || len(who.Subject) > 255:
		return errors.New("no usable sub")
	case len(audience) != 1:
		return errors.New("an audience beside us")
	case who.Azp != nil && *who.Azp != clientID:
		return errors.New("azp names another client")
	case who.IssuedAt == nil:
		return errors.New("no iat")
	case at(*who.IssuedAt).After(now.Add(clockAhead)):
		return fmt.Errorf("issued in the future, at %s: are the clocks right?", at(*who.IssuedAt))
	case at(*who.IssuedAt).Before(now.Add(-oldest)):
		return fmt.Errorf("issued too long ago, at %s: are the clocks right?", at(*who.IssuedAt))
	case who.NotBefore != nil && at(*who.NotBefore).After(now.Add(skew)):
		return fmt.Errorf("not valid before %s: are the clocks right?", at(*who.NotBefore))
	}
	return nil
}

// at is the time of a numeric date; one that no clock shows is far in the future.
func at(seconds float64) time.Time {
	return time.Unix(int64(min(max(seconds, 0), math.MaxInt32*2)), 0).UTC()
}

// sameNonce reports whether the ID token answers the sign-in that had want.
func (who identity) sameNonce(want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(who.Nonce), []byte(want)) == 1
}

// displayName is what to call the person.
func (who identity) displayName() string {
	for _, s := range []string{who.Name, who.Email} {
		if s = clean(s, 200); s != "" {
			return s
		}
	}
	return clean(who.Subject, 200)
}

// checkType refuses JWTs made for another purpose: an access token, say, with
// our client among its audiences.
func checkType(raw string) error {
	head, _, _ := strings.Cut(raw, ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return errors.New("the ID token is not a JWT")
	}
	var h struct {
		Typ string `json:"typ"`
	}
	if err := json.Unmarshal(b, &h); err != nil {
		return errors.New("the ID token is not a JWT")
	}
	if h.Typ != "" && !strings.EqualFold(h.Typ, "JWT") {
		return fmt.Errorf("a JWT of type %q is not an ID token", clean(h.Typ, 40))
	}
	return nil
}

// checkHash compares at_hash, where the provider sent one, with the access token
// that came along.
func checkHash(token *oidc.IDToken, accessToken string) error {
	if token.AccessTokenHash == "" {
		return nil
	}
	return token.VerifyAccessToken(accessToken)
}
