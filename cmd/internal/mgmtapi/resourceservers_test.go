package mgmtapi_test

import (
	"net/url"
	"testing"

	"trellis/cmd/internal/store"
)

func TestAPIsAreListed(t *testing.T) {
	x := newTenant(t)
	for query, want := range map[string]int{
		"":                     2,
		"per_page=1":           1,
		"page=1&per_page=1":    1,
		"page=1":               0,
		"include_fields=true":  2,
		"identifiers=urn:none": 0,
		"identifiers=" + url.QueryEscape(expenses):                                               1,
		"identifiers=" + url.QueryEscape(expenses) + "&identifiers=" + url.QueryEscape(audience): 2,
	} {
		got := as[[]store.ResourceServer](t, x.do("GET", "/resource-servers?"+query, nil).is(t, 200))
		if len(got) != want {
			t.Errorf("%s: %d APIs, want %d", query, len(got), want)
		}
	}
	page := as[struct {
		Start, Limit, Total int
		ResourceServers     []store.ResourceServer `json:"resource_servers"`
	}](t, x.do("GET", "/resource-servers?include_totals=true&per_page=1&page=1", nil))
	if page.Start != 1 || page.Limit != 1 || page.Total != 2 || len(page.ResourceServers) != 1 || page.ResourceServers[0].ID != "rs2" {
		t.Errorf("page = %+v", page)
	}
	x.do("GET", "/resource-servers?"+url.Values{"identifiers": make([]string, 11)}.Encode(), nil).is(t, 400)
}

func TestRBACIsTurnedOn(t *testing.T) {
	x := newTenant(t)
	for _, id := range []string{"rs1", url.PathEscape(expenses)} {
		x.do("PATCH", "/resource-servers/"+id, `{"enforce_policies":true,"token_dialect":"access_token_authz"}`).is(t, 200)
		got := as[store.ResourceServer](t, x.do("GET", "/resource-servers/"+id, nil).is(t, 200))
		if !got.EnforcePolicies || got.TokenDialect != "access_token_authz" || got.Name != "Expenses" || len(got.Scopes) != 2 {
			t.Errorf("%s: %+v", id, got)
		}
		x.do("PATCH", "/resource-servers/"+id, `{"enforce_policies":false,"token_dialect":"access_token"}`).is(t, 200)
	}
}

func TestAnAPIIsChanged(t *testing.T) {
	x := newTenant(t)
	got := as[store.ResourceServer](t, x.do("PATCH", "/resource-servers/rs1",
		`{"name":"Costs","scopes":[{"value":"a","description":"A"},{"value":"b"}],"token_lifetime":100,"allow_offline_access":true}`).is(t, 200))
	if got.Name != "Costs" || len(got.Scopes) != 2 || got.Scopes[0].Description != "A" || got.TokenLifetime != 100 || got.TokenLifetimeForWeb != 100 || !got.AllowOfflineAccess {
		t.Errorf("API = %+v", got)
	}
	x.do("PATCH", "/resource-servers/rs2", `{"token_lifetime":600,"token_lifetime_for_web":60}`).is(t, 200)
}

func TestAChangeOfAnAPIThatCannotBeIsRefused(t *testing.T) {
	x := newTenant(t)
	for body, code := range map[string]string{
		`{}`:                                                "invalid_body",
		`{"identifier":"urn:new"}`:                          "invalid_body",
		`{"token_dialect":"rfc9068_profile"}`:               "invalid_body",
		`{"enforce_policies":"yes"}`:                        "invalid_body",
		`{"name":"<b>"}`:                                    "invalid_body",
		`{"scopes":[{"value":"a b"}]}`:                      "invalid_body",
		`{"scopes":[{"value":"a"},{"value":"a"}]}`:          "invalid_body",
		`{"token_lifetime":0}`:                              "invalid_body",
		`{"token_lifetime":60,"token_lifetime_for_web":61}`: "invalid_body",
		`{"signing_alg":"HS256"}`:                           "invalid_body",
		`{"signing_secret":"x"}`:                            "invalid_body",
		`{"token_lifetime":60.0}`:                           "invalid_body",
		`{"token_lifetime":1e2}`:                            "invalid_body",
		`{"token_lifetime":1e999}`:                          "invalid_body",
	} {
		if got := as[problem](t, x.do("PATCH", "/resource-servers/rs1", body).is(t, 400)); got.ErrorCode != code {
			t.Errorf("%s: %+v", body, got)
		}
	}
	const system = "Of a system API only the lifetimes of tokens can change."
	x.do("PATCH", "/resource-servers/rs2", `{"name":"X"}`).says(t, 400, "operation_not_supported", system)
	x.do("PATCH", "/resource-servers/"+url.PathEscape(audience), `{"scopes":[]}`).says(t, 400, "operation_not_supported", system)
	x.do("PATCH", "/resource-servers/none", `{"name":"X"}`).says(t, 404, "inexistent_resource_server", "The resource server does not exist.")
	x.do("GET", "/resource-servers/none", nil).says(t, 404, "inexistent_resource_server", "The resource server does not exist.")
}
