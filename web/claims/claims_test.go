package claims_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trellis/web/claims"
)

// token is a token with that payload, signed by nobody.
func token(payload string) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + part([]byte(payload)) + ".c2lnbmF0dXJl"
}

func TestListsOfNames(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                       nil,
		" \n\t\n":                                nil,
		"Sales":                                  {"Sales"},
		"Sales, Finance ,IT":                     {"Sales", "Finance", "IT"},
		"Sales\r\nDomain Users\r\n":              {"Sales", "Domain Users"},
		"Sales,\nFinance & Co, Ltd,\n":           {"Sales", "Finance & Co, Ltd"},
		"\"Sales\",\n\"IT\"":                     {"Sales", "IT"},
		"CN=Staff,OU=Groups,DC=corp":             {"CN=Staff,OU=Groups,DC=corp"},
		"CN=Staff,OU=Groups\nCN=Sales,OU=Groups": {"CN=Staff,OU=Groups", "CN=Sales,OU=Groups"},
		`["Sales", " Domain Users"]`:             {"Sales", " Domain Users"},
		`[]`:                                     nil,
		"eyJ is how a token begins":              {"eyJ is how a token begins"},
		"Bearer of bad news":                     {"Bearer of bad news"},
		"قسم المالية\nМосква":                    {"قسم المالية", "Москва"},
	} {
		got, err := claims.Read(text)
		if err != nil || got.Kind != claims.List || !slices.Equal(got.Names, want) {
			t.Errorf("%q: %v %q %v, want %q", text, got.Kind, got.Names, err, want)
		}
	}
}

func TestClaimsOfATokenOrJSON(t *testing.T) {
	for text, want := range map[string]claims.Pasted{
		`{"sub":"1","groups":["Sales",7,"IT",""]}`: {Kind: claims.Claims, Likely: 1, Found: []claims.Claim{{"groups", []string{"Sales", "IT"}, 2}}},
		`{"aud":["a","b"],"https://corp.example/groups":["Sales"],"memberOf":"CN=IT","groups":[]}`: {Kind: claims.Claims, Likely: 3, Found: []claims.Claim{
			{"groups", nil, 0}, {"https://corp.example/groups", []string{"Sales"}, 0}, {"memberOf", []string{"CN=IT"}, 0}, {"aud", []string{"a", "b"}, 0},
		}},
		`{"realm_access":{"roles":["x"]},"name":"Ada"}`:   {Kind: claims.Claims, Found: []claims.Claim{{"realm_access.roles", []string{"x"}, 0}}},
		`{"user":{"app_metadata":{"groups":["deep"]}}}`:   {Kind: claims.Claims, Likely: 1, Found: []claims.Claim{{"user.app_metadata.groups", []string{"deep"}, 0}}},
		`{"a":{"b":{"c":{"d":{"groups":["too deep"]}}}}}`: {Kind: claims.Claims},
		`{}`:                 {Kind: claims.Claims},
		`{"hasgroups":true}`: {Kind: claims.Claims, Absent: true},
		`{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{}}}`: {Kind: claims.Claims, Absent: true},
		token(`{"cognito:groups":["admins"]}`):                            {Kind: claims.Token, Likely: 1, Found: []claims.Claim{{"cognito:groups", []string{"admins"}, 0}}},
		"Bearer " + token(`{"groups":["Sales"]}`):                         {Kind: claims.Token, Likely: 1, Found: []claims.Claim{{"groups", []string{"Sales"}, 0}}},
		"'" + token(`{"groups":["Sales"]}`) + "'\n":                       {Kind: claims.Token, Likely: 1, Found: []claims.Claim{{"groups", []string{"Sales"}, 0}}},
	} {
		got, err := claims.Read(text)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, d)
		}
	}
}

func TestPastesThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]error{
		strings.Repeat("x", claims.MaxSize+1): claims.ErrSize,
		"Sales\xff":                           claims.ErrEncoding,
		`{"groups":["Sales"`:                  claims.ErrJSON,
		`{"groups":[]} and more`:              claims.ErrJSON,
		`["Sales",{"name":"IT"}]`:             claims.ErrNoClaims,
		strings.Repeat("[", 20_000):           claims.ErrJSON,
		token(`["Sales"]`):                    claims.ErrToken,
		token(`{"groups":`):                   claims.ErrToken,
		token("\xff"):                         claims.ErrToken,
		"eyJhbGciOiJub25lIn0.!!!.x":           claims.ErrToken,
		"eyJhbGciOiJub25lIn0.e30.x.y":         claims.ErrToken,
		"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d": claims.ErrEncrypted,
	} {
		if _, err := claims.Read(text); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

// Whatever is pasted: no panic, and every name is text of the paste, never empty.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"Sales, IT", "a\nb", `{"groups":["a",1,null]}`, `["a"]`, token(`{"groups":"a"}`), "Bearer eyJ..", "eyJ.eyJ.eyJ", "{\"a\":{\"b\":{}}}", "\ufeff[]", "CN=a,OU=b", `{"_claim_names":{"groups":1}}`, "\x00", "\"\"\"", "'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := claims.Read(text)
		if err != nil {
			if got.Names != nil || got.Found != nil || len(text) > 20 && strings.Contains(err.Error(), text) {
				t.Fatalf("%q: %v with %+v", text, err, got)
			}
			return
		}
		for _, c := range append(got.Found, claims.Claim{Values: got.Names}) {
			if c.Other < 0 || len(got.Found) > 100 || got.Likely > len(got.Found) {
				t.Fatalf("%q: %+v", text, got)
			}
			for _, name := range c.Values {
				if name == "" || !utf8.ValidString(name) {
					t.Fatalf("%q: the name %q", text, name)
				}
			}
		}
	})
}
