package mgmtapi_test

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

func TestUsersAreListedSearchedAndSorted(t *testing.T) {
	x := newTenant(t)
	all := []string{"auth0|1", "auth0|2", "ad|3"}
	tests := []struct {
		query string
		want  []string
	}{
		{"", all},
		{"sort=name:-1", []string{"ad|3", "auth0|2", "auth0|1"}},
		{"sort=user_id:1", []string{"ad|3", "auth0|1", "auth0|2"}},
		{"per_page=2", all[:2]},
		{"per_page=2&page=1", all[2:]},
		{"per_page=0", nil},
		{"page=9", nil},
		{"page=100000&per_page=100", nil},
		{"q=", all},
		{"q=lovelace", all[:1]},
		{"q=" + url.QueryEscape(`identities.connection:"corp-ad"`), all[2:]},
		{"q=" + url.QueryEscape(`name:zo* OR name:"bob"`) + "&sort=name:1", []string{"auth0|2", "ad|3"}},
		{"search_engine=v3&primary_order=true&q=bob", all[1:2]},
	}
	for _, tt := range tests {
		if got := ids(t, x.do("GET", "/users?"+tt.query, nil).is(t, 200)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestTotalsTellWhereAPageIs(t *testing.T) {
	x := newTenant(t)
	got := as[struct {
		Start, Limit, Length, Total int
		Users                       []map[string]any
	}](t, x.do("GET", "/users?include_totals=true&per_page=2&page=1&q="+url.QueryEscape("email:*"), nil))
	if got.Start != 2 || got.Limit != 2 || got.Length != 1 || got.Total != 3 || len(got.Users) != 1 {
		t.Errorf("page = %+v", got)
	}
}

func TestFieldsAreThoseAskedFor(t *testing.T) {
	x := newTenant(t)
	for query, want := range map[string]string{
		"fields=user_id,name,nothing": `{"name":"Ada Lovelace","user_id":"auth0|1"}`,
		"fields=app_metadata,created_at,email,identities,updated_at&include_fields=false": `{"name":"Ada Lovelace","user_id":"auth0|1"}`,
	} {
		one := strings.TrimSpace(string(x.do("GET", "/users/auth0%7C1?"+query, nil).body))
		list := strings.TrimSpace(string(x.do("GET", "/users?q=ada&"+query, nil).body))
		if one != want || list != "["+want+"]" {
			t.Errorf("%s: %s and %s", query, one, list)
		}
	}
}

func TestABadQueryIsRefused(t *testing.T) {
	x := newTenant(t)
	for query, want := range map[string]string{
		"page=-1":                        "page: number must be at least 0",
		"page=100001":                    "page: number must be at most 100000",
		"page=x":                         "page: it is not a whole number",
		"page=1.5":                       "page: it is not a whole number",
		"page=9223372036854775808":       "page: it is not a whole number",
		"page=":                          "page: it is empty",
		"per_page=101":                   "per_page: number must be at most 100",
		"include_totals=maybe":           "include_totals: it is not true or false",
		"sort=password:1":                "",
		"sort=name":                      "",
		"sort=name:1;--":                 "",
		"q=a&q=b":                        "q: it is given twice",
		"q=%00":                          "q: it holds characters that are no text",
		"q=%ff":                          "q: it holds characters that are no text",
		"q=" + strings.Repeat("a", 2001): "q: maximum string length is 2000",
		"q=%zz":                          "the query is not well escaped",
		"search_engine=v1":               "",
		"nothing=1":                      "Additional properties not allowed: nothing",
		"Page=1":                         "Additional properties not allowed: Page",
		"q=name:":                        "q: a value is missing or empty",
	} {
		got := as[problem](t, x.do("GET", "/users?"+query, nil).is(t, 400))
		if got.ErrorCode != "invalid_query_string" || (want != "" && got.Message != "Query validation error: '"+want+"'.") {
			t.Errorf("%s: %+v", query, got)
		}
	}
}

func TestAUserIsCreated(t *testing.T) {
	x := newTenant(t)
	got := as[map[string]any](t, x.do("POST", "/users", map[string]any{
		"connection": "Users", "email": "Cy.Young@example.com", "verify_email": false, "user_metadata": map[string]any{"a": 1},
	}).is(t, 201))
	id, _ := got["user_id"].(string)
	if !regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`).MatchString(id) {
		t.Errorf("id = %q", id)
	}
	if got["name"] != "Cy.Young@example.com" || got["nickname"] != "Cy.Young" || got["email_verified"] != false || got["created_at"] == "" {
		t.Errorf("user = %v", got)
	}
	want := fmt.Sprint([]any{map[string]any{"connection": "Users", "provider": "auth0", "user_id": id[6:], "isSocial": false}})
	if fmt.Sprint(got["identities"]) != want {
		t.Errorf("identities = %v, want %v", got["identities"], want)
	}
	if read := as[map[string]any](t, x.do("GET", "/users/"+url.PathEscape(id), nil).is(t, 200)); fmt.Sprint(read) != fmt.Sprint(got) {
		t.Errorf("read %v\ncreated %v", read, got)
	}
}

func TestTheIDOfANewUserCanBeChosen(t *testing.T) {
	x := newTenant(t)
	for given, want := range map[string]string{"abc": "auth0|abc", "auth0|def": "auth0|def", "a/b%c d+é": "auth0|a/b%c d+é"} {
		got := as[map[string]any](t, x.do("POST", "/users", map[string]any{"connection": "Users", "user_id": given, "email": "x" + url.QueryEscape(given) + "@e.test"}).is(t, 201))
		if got["user_id"] != want {
			t.Errorf("%q became %v", given, got["user_id"])
		}
	}
	got := as[map[string]any](t, x.do("POST", "/users", map[string]any{"connection": "corp-ad", "username": "cy"}).is(t, 201))
	if id, _ := got["user_id"].(string); !strings.HasPrefix(id, "ad|") {
		t.Errorf("id = %q", id)
	}
}

func TestAUserThatCannotBeIsRefused(t *testing.T) {
	x := newTenant(t)
	const email = `"connection":"Users","email":"new@example.com"`
	tests := []struct {
		body, code, message string
		status              int
	}{
		{`{"email":"a@b.test"}`, "invalid_body", "Payload validation error: 'Missing required property: connection'.", 400},
		{`{"connection":"nowhere","email":"a@b.test"}`, "inexistent_connection", "The connection does not exist.", 400},
		{`{"connection":"Users"}`, "invalid_body", "Payload validation error: 'Missing required property: email'.", 400},
		{`{"connection":"corp-ad"}`, "invalid_body", "Payload validation error: 'one of email, username and phone_number is needed'.", 400},
		{`{"connection":"Users","email":"ADA@example.com"}`, "user_exists", "The user already exists.", 409},
		{`{"connection":"Users","email":"new@example.com","user_id":"1"}`, "user_exists", "The user already exists.", 409},
		{`{` + email + `,"password":"pw"}`, "", "PasswordStrengthError: the password has 2 characters; it needs at least 8", 400},
		{`{` + email + `,"password":""}`, "", "PasswordStrengthError: the password has 0 characters; it needs at least 8", 400},
		{`{` + email + `,"password":"PassWord1"}`, "", "PasswordStrengthError: this password is among the first that guessers try; choose another", 400},
		{`{"connection":"corp-ad","username":"cy","password":"` + strongPassword + `"}`, "invalid_body", "Payload validation error: 'passwords are not part of this API: they are managed by the identity provider of the user'.", 400},
		{`{` + email + `,"password":7}`, "invalid_body", "Payload validation error: 'password: value must be a string'.", 400},
		{`{` + email + `,"created_at":"2020"}`, "invalid_body", "Payload validation error: 'Additional properties not allowed: created_at'.", 400},
		{`{` + email + `,"Name":"x"}`, "invalid_body", "Payload validation error: 'Additional properties not allowed: Name'.", 400},
		{`{` + email + `,"name":1}`, "invalid_body", "Payload validation error: 'name: value must be a string'.", 400},
		{`[]`, "invalid_body", "Payload validation error: 'value must be an object'.", 400},
		{`{` + email + `,"email":"x@y.test"}`, "invalid_body", "Payload validation error: 'the key \"email\" is given twice'.", 400},
		{`{` + email + `} {}`, "invalid_body", "Payload validation error: 'the body is not one JSON value'.", 400},
		{``, "invalid_body", "Payload validation error: 'the body is not one JSON value'.", 400},
	}
	for _, tt := range tests {
		x.do("POST", "/users", tt.body).says(t, tt.status, tt.code, tt.message)
	}
	for _, body := range []string{
		`{"connection":"Users","email":"no address"}`, `{` + email + `,"name":"a\nb"}`, `{` + email + `,"name":"\u0000"}`,
		`{` + email + `,"name":"\ud800"}`, `{` + email + `,"picture":"javascript:alert(1)"}`, `{` + email + `,"verify_email":true}`,
		`{` + email + `,"phone_number":"12"}`, `{` + email + `,"name":"` + strings.Repeat("a", 301) + `"}`, `{` + email + `,"name":"` + "\xff" + `"}`,
		`{` + email + `,"app_metadata":[]}`, `{` + email + `,"app_metadata":{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}}`,
	} {
		x.do("POST", "/users", body).is(t, 400)
	}
	if got := ids(t, x.do("GET", "/users", nil)); len(got) != 3 {
		t.Errorf("users = %v", got)
	}
}

const strongPassword = "Tr0ub4dor & seventeen"

// What Auth0's client sends to make a user of a database connection is taken.
// The password is nowhere afterwards, and lets nobody in.
func TestAPasswordIsCheckedAndNotKept(t *testing.T) {
	x := newTenant(t)
	got := as[map[string]any](t, x.do("POST", "/users", map[string]any{
		"connection": "Users", "email": "new@example.com", "password": strongPassword, "verify_email": false,
	}).is(t, 201))
	if got["email"] != "new@example.com" || strings.Contains(jsonOf(t, got), "assword") {
		t.Errorf("user = %v", got)
	}
	x.do("POST", "/users", `{"connection":"Users","email":"other@example.com","password":"short"}`).is(t, 400)
	if strings.Contains(x.log.String(), strongPassword) || strings.Contains(x.log.String(), "short") {
		t.Errorf("the log tells a password: %s", x.log)
	}
	x.change(func(tx *store.Tx) error {
		entries, err := tx.Journal(t.Context(), 0, 100)
		for _, e := range entries {
			if strings.Contains(string(e.Before)+string(e.After), strongPassword) {
				t.Errorf("the journal tells the password: %s", e.After)
			}
		}
		var kept strings.Builder
		if err := tx.ExportTo(t.Context(), &kept, store.ExportOptions{Directory: true, Machines: true}); err != nil {
			return err
		}
		if strings.Contains(kept.String(), strongPassword) || !strings.Contains(kept.String(), "new@example.com") {
			t.Errorf("the tenant holds %s", &kept)
		}
		accounts, err2 := tx.Accounts(t.Context())
		for _, a := range accounts {
			if a.Email == "new@example.com" {
				t.Error("the user may sign in")
			}
		}
		return errors.Join(err, err2)
	})
}

func TestAPatchChangesWhatItNames(t *testing.T) {
	tests := []struct{ name, patch, member, want string }{
		{"a name", `{"name":"Ada L."}`, "name", `"Ada L."`},
		{"a null takes it away", `{"email":null}`, "email", `null`},
		{"a flag", `{"blocked":true}`, "blocked", `true`},
		{"metadata is merged", `{"app_metadata":{"x":{"y":1}}}`, "app_metadata", `{"plan":"gold","seats":3,"x":{"y":1}}`},
		{"a null in it goes", `{"app_metadata":{"plan":null,"seats":4}}`, "app_metadata", `{"seats":4}`},
		{"empty metadata clears it", `{"app_metadata":{}}`, "app_metadata", `{}`},
		{"new metadata", `{"user_metadata":{"a":"b","c":null}}`, "user_metadata", `{"a":"b"}`},
		{"the user's own connection", `{"connection":"Users","name":"X"}`, "name", `"X"`},
		{"no mail is sent", `{"verify_email":false}`, "verify_email", `null`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := newTenant(t)
			x.do("PATCH", "/users/auth0%7C1", tt.patch).is(t, 200)
			got := as[map[string]any](t, x.do("GET", "/users/auth0%7C1", nil))
			if text := jsonOf(t, got[tt.member]); text != tt.want {
				t.Errorf("%s = %s, want %s", tt.member, text, tt.want)
			}
			if got["user_id"] != "auth0|1" || got["created_at"] != "2026-01-01T00:00:00.000Z" {
				t.Errorf("user = %v", got)
			}
		})
	}
}

func TestAPatchThatCannotBeIsRefused(t *testing.T) {
	x := newTenant(t)
	x.do("PATCH", "/users/auth0%7C1", `{"email":"BOB@example.com"}`).says(t, 409, "user_exists", "The user already exists.")
	x.do("PATCH", "/users/auth0%7C1", `{"connection":"corp-ad"}`).says(t, 400, "operation_not_supported", "The user does not come from that connection.")
	x.do("PATCH", "/users/auth0%7C1", `{"user_id":"x"}`).is(t, 400)
	x.do("PATCH", "/users/auth0%7C1", `{"identities":[]}`).is(t, 400)
	x.do("PATCH", "/users/auth0%7C1", `{"password":"x"}`).is(t, 400)
	x.do("PATCH", "/users/auth0%7C1", `{}`).is(t, 400)
	x.do("PATCH", "/users/auth0%7C1", `null`).is(t, 400)
	x.do("PATCH", "/users/auth0%7C9", `{"name":"x"}`).says(t, 404, "inexistent_user", "The user does not exist.")
}

func TestADeletedUserIsGoneFromItsGroupsToo(t *testing.T) {
	x := newTenant(t)
	var group store.Group
	x.change(func(tx *store.Tx) (err error) {
		if group, err = tx.CreateGroup(t.Context(), store.GroupInput{Name: "G"}); err != nil {
			return err
		}
		return tx.AddMembers(t.Context(), group.ID, []string{"auth0|1", "auth0|2"})
	})
	for range 2 { // the second finds nobody, and is no error
		x.do("DELETE", "/users/auth0%7C1", nil).is(t, 204)
	}
	x.do("GET", "/users/auth0%7C1", nil).says(t, 404, "inexistent_user", "The user does not exist.")
	err := x.store.View(t.Context(), func(tx *store.Tx) error {
		members, err := tx.Members(t.Context(), group.ID)
		if !slices.Equal(members, []string{"auth0|2"}) {
			t.Errorf("members = %v", members)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Groups that wait for an email have a member in the answer's own transaction.
func TestAUserWhoIsAwaitedBecomesAMember(t *testing.T) {
	x := newTenant(t)
	var group store.Group
	x.change(func(tx *store.Tx) (err error) {
		if group, err = tx.CreateGroup(t.Context(), store.GroupInput{Name: "G"}); err != nil {
			return err
		}
		return tx.AddPending(t.Context(), group.ID, []string{"new@example.com", "other@example.com"})
	})
	const connection = `"connection":"Users","user_id":`
	x.do("POST", "/users", `{`+connection+`"new","email":"New@Example.com","email_verified":true}`).is(t, 201)
	x.do("POST", "/users", `{`+connection+`"other","email":"other@example.com"}`).is(t, 201)
	members := func() (found []string) {
		err := x.store.View(t.Context(), func(tx *store.Tx) (err error) {
			found, err = tx.Members(t.Context(), group.ID)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return found
	}
	if got := members(); !slices.Equal(got, []string{"auth0|new"}) {
		t.Errorf("members = %v", got)
	}
	x.do("PATCH", "/users/auth0%7Cother", `{"email_verified":true}`).is(t, 200)
	if got := members(); !slices.Equal(got, []string{"auth0|new", "auth0|other"}) {
		t.Errorf("members = %v once the address is verified", got)
	}
}
