package directory_test

import (
	"reflect"
	"strings"
	"testing"

	"trellis/cmd/internal/directory"
	"trellis/cmd/internal/store"
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
		got, err := directory.Search(q)
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
		if m, err := directory.Search(q); err == nil {
			t.Errorf("%s was taken for %#v", q, m)
		}
	}
}
