package openid

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The types of the provider's tokens. They differ, so that none passes for the
// other.
const (
	typeAccess jose.ContentType = "at+jwt"
	typeID     jose.ContentType = "JWT"
)

// accessClaims is the content of an access token. Its audience is one API.
type accessClaims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	Audience  string `json:"aud"`
	Client    string `json:"azp"`
	ClientID  string `json:"client_id"` // the same, as RFC 9068 calls it
	Scope     string `json:"scope"`
	GrantType string `json:"gty,omitempty"`
	Session   string `json:"sid,omitempty"`
	IssuedAt  int64  `json:"iat"`
	Expires   int64  `json:"exp"`
	ID        string `json:"jti"`
}

// accessToken signs c, which lives from now on.
func (p *Provider) accessToken(c accessClaims, life time.Duration) (string, error) {
	now := p.now()
	c.Issuer, c.ClientID, c.ID = p.issuer, c.Client, rand.Text()
	c.IssuedAt, c.Expires = now.Unix(), now.Add(life).Unix()
	return p.keys.sign(typeAccess, c)
}

// idClaims is the content of an ID token. Its audience is the application
// alone: no API accepts it.
type idClaims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Session  string `json:"sid"`
	Nonce    string `json:"nonce,omitempty"`
	Access   string `json:"at_hash"` // digest of the access token beside it
	Name     string `json:"name,omitempty"`
	Email    string `json:"email,omitempty"`
	AuthTime int64  `json:"auth_time"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

func (p *Provider) idToken(s signedIn, access string) (string, error) {
	now := p.now()
	sum := sha256.Sum256([]byte(access))
	who := profile(s.account.Subject, s.account.Name, s.account.Email, s.scopes)
	return p.keys.sign(typeID, idClaims{
		Issuer: p.issuer, Subject: who.Subject, Audience: s.client, Session: s.family, Nonce: s.nonce,
		Access: base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2]), Name: who.Name, Email: who.Email, AuthTime: s.authTime.Unix(), IssuedAt: now.Unix(), Expires: now.Add(idLife).Unix(),
	})
}

// person is what the scopes profile and email tell of somebody.
type person struct {
	Subject string `json:"sub"`
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
}

func profile(subject, name, email string, scopes []string) person {
	p := person{Subject: subject}
	if slices.Contains(scopes, "profile") {
		p.Name = name
	}
	if slices.Contains(scopes, "email") {
		p.Email = email
	}
	return p
}
