package openid

import (
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	long := strings.Repeat("a", 72)
	hash := HashPassword("Schlüssel")
	if !matches(hash, "Schlüssel") || !matches(hash, "Schlu\u0308ssel") {
		t.Error("one password, typed on two keyboards, became two")
	}
	if matches(hash, "schlüssel") || matches(HashPassword(long+"b"), long+"c") {
		t.Error("two passwords became one")
	}
	if HashPassword("x") == HashPassword("x") || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %s", hash)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=19456,t=0,p=1$YQ$YQ", "$argon2id$v=18$m=19456,t=2,p=1$YQ$YQ", "$argon2id$v=19$m=19456,t=2,p=1$YQ$", "$2a$10$abc"} {
		if matches(broken, "") {
			t.Errorf("%q matches", broken)
		}
	}
	if CheckPassword("7 signs") == nil || CheckPassword("8 ßigns!") != nil || CheckPassword(strings.Repeat("ß", 600)) == nil {
		t.Error("the length is counted wrongly")
	}
	for _, guessed := range []string{"password", "PassWord1", "1q2w3e4r", "ｐａｓｓｗｏｒｄ"} {
		if CheckPassword(guessed) == nil {
			t.Errorf("%q was taken", guessed)
		}
	}
	seen := map[string]bool{}
	for range 100 {
		p := OneTimePassword()
		if seen[p] || len(p) != 23 || CheckPassword(p) != nil || strings.Trim(p, "abcdefghjkmnpqrstuvwxyz23456789-") != "" {
			t.Errorf("one-time password %q", p)
		}
		seen[p] = true
	}
}
