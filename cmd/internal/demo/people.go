package demo

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"trellis/cmd/internal/store"
)

// timeForm is how a profile spells a time.
const timeForm = "2006-01-02T15:04:05.000Z"

// user is person as a user of the connection c, who last signed in some time
// before now. Everything about somebody follows from the name.
func user(p person, c connection, now time.Time) store.User {
	chance := chanceOf(p.Name)
	local := mailbox(p.Name)
	email := local + "@meridian.example"
	number := accountNumber(c, p.Name, chance)
	first, last, _ := strings.Cut(p.Name, " ")
	created := now.AddDate(0, 0, -90-chance.IntN(1800))

	profile := map[string]any{
		"user_id":        c.Provider + "|" + number,
		"name":           p.Name,
		"given_name":     first,
		"family_name":    last,
		"nickname":       local,
		"email":          email,
		"email_verified": c.Strategy != "auth0" || chance.IntN(3) > 0,
		"created_at":     created.UTC().Format(timeForm),
		"updated_at":     created.UTC().Format(timeForm),
		"identities": []any{map[string]any{
			"connection": c.Name, "provider": c.Provider, "user_id": number, "isSocial": false,
		}},
		"user_metadata": map[string]any{"title": p.Title},
		"app_metadata":  map[string]any{},
	}
	if at, times := signIns(chance, created, now); times > 0 {
		profile["last_login"] = at.UTC().Format(timeForm)
		profile["updated_at"] = profile["last_login"]
		profile["last_ip"] = fmt.Sprintf("203.0.113.%d", 1+chance.IntN(254))
		profile["logins_count"] = times
	}
	return store.User{UserID: c.Provider + "|" + number, Profile: profile}
}

// signIns is when somebody was last here, and how often. Most came today or
// this week, some not for months, a few never.
func signIns(chance *rand.Rand, created, now time.Time) (last time.Time, times int) {
	ago := time.Duration(chance.IntN(9*60)) * time.Minute
	switch n := chance.IntN(100); {
	case n < 4:
		return time.Time{}, 0
	case n < 14:
		ago += time.Duration(30+chance.IntN(60)) * 24 * time.Hour
	case n < 55:
		ago += time.Duration(1+chance.IntN(12)) * 24 * time.Hour
	}
	days := int(now.Sub(created).Hours() / 24)
	return now.Add(-ago - time.Duration(chance.IntN(60000))*time.Millisecond), 1 + chance.IntN(days)
}

// accountNumber is the part of a user's id after the bar, in the form that the
// provider gives it.
func accountNumber(c connection, name string, chance *rand.Rand) string {
	switch c.Strategy {
	case "google-apps":
		return fmt.Sprintf("1%010d%010d", chance.IntN(1e10), chance.IntN(1e10))
	case "waad":
		return id("entra", name)
	default:
		return fmt.Sprintf("%024x", []byte(strings.ReplaceAll(id("auth0", name), "-", "")[:12]))
	}
}

// chanceOf gives numbers that look like chance, and are the same for each name
// every time.
func chanceOf(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(h.Sum64(), 1)) //nolint:gosec // sample data must repeat
}

// mailbox is the part of somebody's address before the at sign.
func mailbox(name string) string {
	plain := strings.NewReplacer("ł", "l", "ø", "o", "ß", "ss", "ı", "i", "'", "", " ", ".").Replace(strings.ToLower(name))
	out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), plain)
	if err != nil { // cannot happen: removing marks fails on no text
		return plain
	}
	return out
}
