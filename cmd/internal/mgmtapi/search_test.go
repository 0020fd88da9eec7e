package mgmtapi_test

import (
	"reflect"
	"strings"
	"testing"

	"trellis/cmd/internal/mgmtapi"
	"trellis/cmd/internal/store"
	"trellis/web/mgmt"
)

func is(field store.UserField, parts ...string) store.UserMatch {
	return store.Match{Field: field, Parts: parts}
}

func word(s string) store.UserMatch { return is(store.UserAnything, "", s, "") }

func anyField(parts ...string) store.UserMatch {
	return store.Any{is(store.UserName, parts...), is(store.UserEmail, parts...), is(store.UserNickname, parts...), is(store.UserID, parts...)}
}

func TestWhatASearchMeans(t *testing.T) {
	tests := map[string]store.UserMatch{
		``:                            nil,
		`  `:                          nil,
		`ada`:                         word("ada"),
		`"ada love"`:                  word("ada love"),
		`"say \"hi\" \\"`:             word(`say "hi" \`),
		`auth0|1`:                     word("auth0|1"),
		`ada+x@example.com`:           word("ada+x@example.com"),
		`corp-ad`:                     word("corp-ad"),
		`ada*`:                        anyField("ada", ""),
		`*da*x`:                       anyField("", "da", "x"),
		`a\*b`:                        word("a*b"),
		`a\:b`:                        word("a:b"),
		`email:ada@example.com`:       is(store.UserEmail, "ada@example.com"),
		`name:"Ada Lovelace"`:         is(store.UserName, "Ada Lovelace"),
		`name:ada*`:                   is(store.UserName, "ada", ""),
		`name:"ada*"`:                 is(store.UserName, "ada*"),
		`user_id:"auth0|1"`:           is(store.UserID, "auth0|1"),
		`user_id:auth0|1`:             is(store.UserID, "auth0|1"),
		`identities.connection:"a:b"`: is(store.UserConnection, "a:b"),
		`email.domain:example.com`:    is(store.UserEmail, "", "@example.com"),
		`email.domain:*.com`:          is(store.UserEmail, "", "@", ".com"),
		`nickname:*`:                  store.Not{Match: is(store.UserNickname, "")},
		`a b`:                         store.All{word("a"), word("b")},
		`a AND b`:                     store.All{word("a"), word("b")},
		`a && b || c`:                 store.Any{store.All{word("a"), word("b")}, word("c")},
		`a OR b c`:                    store.Any{word("a"), store.All{word("b"), word("c")}},
		`(a OR b) c`:                  store.All{store.Any{word("a"), word("b")}, word("c")},
		`NOT a`:                       store.Not{Match: word("a")},
		`-a`:                          store.Not{Match: word("a")},
		`a -name:b`:                   store.All{word("a"), store.Not{Match: is(store.UserName, "b")}},
		`NOT (a OR b)`:                store.Not{Match: store.Any{word("a"), word("b")}},
		`and or not`:                  store.All{word("and"), word("or"), word("not")},
		`"AND"`:                       word("AND"),
		`\AND`:                        word("AND"),
		`name:AND`:                    is(store.UserName, "AND"),
		`AND*`:                        anyField("AND", ""),
	}
	for q, want := range tests {
		got, err := mgmtapi.ParseSearch(q)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v\nwant %#v", q, got, err, want)
		}
	}
}

func TestASearchThatMeansNothingIsRefused(t *testing.T) {
	for _, q := range []string{
		`"a`, `name:`, `name: a`, `name:""`, `""`, `(a`, `a)`, `()`, `AND`, `a AND`, `OR a`, `a OR`, `NOT`, `-`, `a AND OR b`, `a\`,
		`password:x`, `app_metadata.plan:gold`, `_exists_:email`, `Name:x`, `name:[a TO b]`, `a~`, `a^2`, `a?`, `+a`, `/a/`, `name:>1`, `{a}`,
		strings.Repeat("a ", 51), strings.Repeat("(", 20) + "a" + strings.Repeat(")", 20), strings.Repeat("-", 40) + "a",
	} {
		if m, err := mgmtapi.ParseSearch(q); err == nil {
			t.Errorf("%s was taken for %#v", q, m)
		}
	}
}

// Whatever a person types finds what holds it, and nothing is an error.
func TestWhatAPersonTypesIsFound(t *testing.T) {
	x := newTenant(t)
	odd := []string{
		`a"b`, `x:y`, `(z`, `q\r`, `50%`, `u_v`, `AND`, `-k-`, `*star`, `ü`, `~t^2`, `[n]`, `a b`, `7`,
		strings.Repeat(`"`, 200), strings.Repeat("x ", 100), strings.Repeat("y", 300),
	}
	x.change(func(tx *store.Tx) error {
		for i, name := range odd {
			if err := tx.PutUser(t.Context(), store.User{UserID: "odd|" + string(rune('a'+i)), Profile: map[string]any{"name": name}}); err != nil {
				return err
			}
		}
		return nil
	})
	client := x.client(t)
	for i, name := range odd {
		page, err := client.ListUsers(t.Context(), mgmt.ListQuery{Search: name})
		found := false
		for _, u := range page.Items {
			found = found || u.UserID == "odd|"+string(rune('a'+i))
		}
		if err != nil || !found {
			t.Errorf("%s: %v, %v", name, page.Items, err)
		}
	}
	page, err := client.ListUsers(t.Context(), mgmt.ListQuery{Search: "auth0|1"})
	if err != nil || len(page.Items) != 1 || page.Items[0].Name != "Ada Lovelace" {
		t.Errorf("by id: %+v, %v", page, err)
	}
}

// No search is a failure of ours: it is understood, or refused.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{`a OR b`, `name:"x*" -y`, `((a)`, `email.domain:*`, `\`, `NOT NOT a`, `'; drop table users --`, `%_\`} {
		f.Add(seed)
	}
	x := newTenant(f)
	f.Fuzz(func(t *testing.T, q string) {
		m, err := mgmtapi.ParseSearch(q)
		if err != nil || strings.ContainsRune(q, 0) {
			return
		}
		err = x.store.View(t.Context(), func(tx *store.Tx) error {
			_, _, err := tx.FindUsers(t.Context(), store.UserQuery{Match: m, Limit: 10})
			return err
		})
		if err != nil {
			t.Errorf("%q: %v", q, err)
		}
	})
}
