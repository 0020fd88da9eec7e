package mgmtapi_test

import (
	"strings"
	"testing"
)

func TestApplicationsAreListed(t *testing.T) {
	x := newTenant(t)
	const first = `{"app_type":"spa","callbacks":["https://a.test/cb"],"client_id":"app1","name":"Expenses"}`
	const second = `{"app_type":"non_interactive","client_id":"m2m","name":"Batch"}`
	for query, want := range map[string]string{
		"":                                       "[" + first + "," + second + "]",
		"per_page=1&page=1":                      "[" + second + "]",
		"fields=client_id,client_secret":         `[{"client_id":"app1"},{"client_id":"m2m"}]`,
		"app_type=spa,native":                    "[" + first + "]",
		"is_global=true":                         "[]",
		"is_global=false":                        "[" + first + "," + second + "]",
		"include_totals=true&per_page=1&page=1":  `{"clients":[` + second + `],"limit":1,"start":1,"total":2}`,
		"include_totals=true&app_type=something": `{"clients":[],"limit":50,"start":0,"total":0}`,
	} {
		if got := strings.TrimSpace(string(x.do("GET", "/clients?"+query, nil).is(t, 200).body)); got != want {
			t.Errorf("%s: %s\nwant %s", query, got, want)
		}
	}
}

func TestConnectionsAreListed(t *testing.T) {
	x := newTenant(t)
	const first = `{"id":"con_1","name":"Users","realms":["Users"],"strategy":"auth0"}`
	const second = `{"id":"con_2","name":"corp-ad","strategy":"ad"}`
	for query, want := range map[string]string{
		"":                               "[" + first + "," + second + "]",
		"fields=id,name,strategy":        `[{"id":"con_1","name":"Users","strategy":"auth0"},` + second + "]",
		"name=corp-ad":                   "[" + second + "]",
		"strategy=ad&strategy=samlp":     "[" + second + "]",
		"include_totals=true&per_page=1": `{"connections":[` + first + `],"limit":1,"start":0,"total":2}`,
		"take=1":                         `{"connections":[` + first + `],"next":"con_2"}`,
		"take=1&from=con_2":              `{"connections":[` + second + `]}`,
		"take=50&include_totals=true":    `{"connections":[` + first + "," + second + `]}`,
		"from=con_2":                     `{"connections":[` + second + `]}`,
	} {
		if got := strings.TrimSpace(string(x.do("GET", "/connections?"+query, nil).is(t, 200).body)); got != want {
			t.Errorf("%s: %s\nwant %s", query, got, want)
		}
	}
	x.do("GET", "/connections?from=gone", nil).says(t, 400, "invalid_query_string", "Query validation error: 'from: there is no such page, or no longer'.")
}
