package authzapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"trellis/cmd/internal/store"
)

// signedIn is the company of mapped after sign-ins with these groups over saml.
func (tn *tenant) signedIn(t *testing.T, groups string) {
	t.Helper()
	got := tn.send(t, "POST", "/users/auth0%7C1/policy/app1", `{"connectionName":"saml","groups":`+groups+`}`)
	if got.status != http.StatusOK {
		t.Fatal(got)
	}
}

func (tn *tenant) flush(t *testing.T) {
	t.Helper()
	if err := tn.seen.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestWhatMappingsCover(t *testing.T) {
	each(t, func(t *testing.T, tn *tenant) {
		d := mapped()
		d.Groups[1].Mappings = append(d.Groups[1].Mappings,
			store.Mapping{ID: someID, ConnectionName: "saml", GroupName: "Money people"}, store.Mapping{ID: finance, ConnectionName: "saml", GroupName: "Auditors"})
		d.Groups[0].Mappings[0].ID = allStaff
		tn.load(t, d)
		const counts = `"counts":{"mappings":4,"never":%d,"troubled":2,"seen":%d,"uncovered":%d}`
		byName := `{"_id":"` + allStaff + `","group":` + allVertex + `,"connectionName":"ad","groupName":"Finance","connection_known":false,"duplicate":false,"by_name":true,"days":0}`
		money := `{"_id":"` + permissionID + `","group":` + finVertex + `,"connectionName":"saml","groupName":"Money people","connection_known":true,"duplicate":false,"by_name":false,`
		twice := strings.Replace(strings.Replace(money, permissionID, someID, 1), `"duplicate":false`, `"duplicate":true`, 1)
		auditors := `{"_id":"` + finance + `","group":` + finVertex + `,"connectionName":"saml","groupName":"Auditors","connection_known":true,"duplicate":false,"by_name":false,"days":0}`
		head := func(total, never, seen, uncovered int, since string) string {
			return fmt.Sprintf(`{"start":0,"limit":50,"total":%d,%s`+counts, total, since, never, seen, uncovered)
		}
		expect := func(path, want string) {
			t.Helper()
			if got := tn.send(t, "GET", path, ""); got.body != want {
				t.Errorf("%s: %d %s\nwant %s", path, got.status, got.body, want)
			}
		}
		expect("/mappings", head(4, 3, 0, 0, "")+`,"mappings":[`+byName+`,`+money+`"days":0},`+twice+`"days":0},`+auditors+`]}`)
		expect("/mappings/sent", head(0, 3, 0, 0, "")+`,"groups":[]}`)

		tn.signedIn(t, `["Money people","Contractors"]`)
		tn.send(t, "POST", "/mappings/test", `{"connectionName":"saml","groups":["Only tried"]}`)
		tn.flush(t)
		const since, seen = `"since":"2026-11-23",`, `"last_seen":"2026-11-23","days":1}`
		contractors := `{"connectionName":"saml","groupName":"Contractors","first_seen":"2026-11-23","last_seen":"2026-11-23","days":1,"mappings":0}`
		people := `{"connectionName":"saml","groupName":"Money people","first_seen":"2026-11-23","last_seen":"2026-11-23","days":1,"mappings":2}`
		expect("/mappings?show=never", head(1, 1, 2, 1, since)+`,"mappings":[`+auditors+`]}`)
		expect("/mappings?show=troubled", head(2, 1, 2, 1, since)+`,"mappings":[`+byName+`,`+twice+seen+`]}`)
		expect("/mappings?connection=saml&q=MONEY", head(2, 1, 2, 1, since)+`,"mappings":[`+money+seen+`,`+twice+seen+`]}`)
		expect("/mappings?q=all+staff", head(1, 1, 2, 1, since)+`,"mappings":[`+byName+`]}`)
		expect("/mappings/sent", head(2, 1, 2, 1, since)+`,"groups":[`+contractors+`,`+people+`]}`)
		expect("/mappings/sent?show=uncovered", head(1, 1, 2, 1, since)+`,"groups":[`+contractors+`]}`)
		expect("/mappings/sent?q=people&connection=saml", head(1, 1, 2, 1, since)+`,"groups":[`+people+`]}`)
		expect("/mappings/sent?connection=ad", head(0, 1, 2, 1, since)+`,"groups":[]}`)
		paged := strings.NewReplacer(`"start":0`, `"start":1`, `"limit":50`, `"limit":1`)
		expect("/mappings/sent?page=1&per_page=1", paged.Replace(head(2, 1, 2, 1, since))+`,"groups":[`+people+`]}`)
		expect("/mappings?page=9&per_page=1", strings.Replace(paged.Replace(head(4, 1, 2, 1, since)), `"start":1`, `"start":4`, 1)+`,"mappings":[]}`)
	})
}

// A sign-in without groups, and one that is refused, are nothing to remember.
func TestWhatIsNotRemembered(t *testing.T) {
	tn := onSQLite(t)
	tn.load(t, mapped())
	tn.signedIn(t, `[]`)
	tn.as(t, "read:groups", "POST", "/users/u/policy/app1", `{"connectionName":"saml","groups":["Refused"]}`)
	tn.send(t, "POST", "/users/u/policy/app1", `{"connectionName":"saml","groups":["Refused",""]}`)
	tn.flush(t)
	if got := tn.send(t, "GET", "/mappings/sent", ""); !strings.Contains(got.body, `"groups":[]`) {
		t.Error(got.body)
	}
	for _, path := range []string{"/mappings", "/mappings/sent"} {
		if got := tn.as(t, "read:users", "GET", path, ""); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, got.status)
		}
		if got := tn.send(t, "GET", path+"?show=both", ""); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
