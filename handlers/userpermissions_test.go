package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trellis/views/urls"
	"trellis/web/upstream"
)

var (
	permissionsOf = urls.PermissionList{User: tomasz}
	statements    = url.Values{"api": {ledger}, "permission": {"read:statements"}}
)

func TestUserPermissionsList(t *testing.T) {
	tests := []struct {
		name      string
		query     string
		part      string
		wantRows  []string
		wantWhole bool
	}{
		{name: "a browser gets the page", wantRows: []string{"query:metrics", "read:statements"}, wantWhole: true},
		{name: "a tab is the part below the head", part: "detail", wantRows: []string{"query:metrics", "read:statements"}},
		{name: "a filter finds by permission", query: "?q=STATE", part: "list", wantRows: []string{"read:statements"}},
		{name: "a filter finds by API", query: "?q=warehouse", part: "list", wantRows: []string{"query:metrics"}},
		{name: "a filter may find nothing", query: "?q=zzz", part: "list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := openDoor(meridian(), "update:users").get(t, permissionsOf.To()+tt.query, tt.part)
			var got []string
			for _, cell := range p.doc.Find("tbody th").EachIter() {
				got = append(got, cell.Text())
			}
			if p.Code != http.StatusOK || !slices.Equal(got, tt.wantRows) {
				t.Errorf("status = %d, rows = %v, want %v", p.Code, got, tt.wantRows)
			}
			if p.whole() != tt.wantWhole {
				t.Errorf("whole page = %t, want %t", p.whole(), tt.wantWhole)
			}
		})
	}
}

func TestPermissionRow(t *testing.T) {
	p := openDoor(meridian(), "update:users").get(t, permissionsOf.To(), "")
	if got := p.text("thead"); got != "Permission Description API Assignment Actions" {
		t.Errorf("heads = %q", got)
	}
	row := p.doc.Find("tbody tr").Last()
	if got := words(row); got != "read:statements See statements Ledger API Direct" {
		t.Errorf("row = %q", got)
	}
	trash := row.Find(".act a")
	if got := trash.AttrOr("aria-label", ""); got != "Remove read:statements from Tomasz Wierzbicki" {
		t.Errorf("trash can = %q", got)
	}
	if got := trash.AttrOr("href", ""); got != permissionsOf.ToRemove(ledger, "read:statements") {
		t.Errorf("trash can leads to %q", got)
	}
}

// Who may not change anything sees the controls, and why they do nothing.
func TestPermissionsWithoutScopes(t *testing.T) {
	p := openDoor(meridian()).get(t, permissionsOf.To(), "")
	for _, tt := range []struct{ selector, scope string }{
		{".tools .end button", "update:users"},
		{"tbody .act button", "update:users"},
		{".note button", "update:resource_servers"},
	} {
		control := p.doc.Find(tt.selector).First()
		if control.AttrOr("aria-disabled", "") != "true" {
			t.Errorf("%s is not disabled", tt.selector)
		}
		if got := control.AttrOr("title", ""); got != "Needs "+tt.scope+". Your role does not include it." {
			t.Errorf("%s says %q", tt.selector, got)
		}
	}
	if p.doc.Find("tbody .act a, .tools .end a").Length() != 0 {
		t.Error("a control leads somewhere all the same")
	}
}

func TestIdleAPI(t *testing.T) {
	d := meridian()
	p := openDoor(d, "update:resource_servers").get(t, permissionsOf.To(), "")
	if got := p.text(".note.warn"); !strings.Contains(got, "Warehouse API does not check permissions.") || strings.Contains(got, "Ledger") {
		t.Errorf("note = %q", got)
	}
	if got := p.doc.Find(".note.warn a").AttrOr("href", ""); got != urls.ToAPIRBAC("rs2", tomasz) {
		t.Errorf("the switch leads to %q", got)
	}

	d.fail["ResourceServers"] = &upstream.Error{Status: http.StatusForbidden}
	if p := openDoor(d).get(t, permissionsOf.To(), ""); p.Code != http.StatusOK || p.doc.Find(".note.warn").Length() != 0 {
		t.Errorf("without read:resource_servers: status = %d, note = %q", p.Code, p.text(".note.warn"))
	}
}

func TestConfirmRemovePermission(t *testing.T) {
	for part, wantWhole := range map[string]bool{"": true, "dialog": false} {
		p := openDoor(meridian(), "update:users").get(t, permissionsOf.ToRemove(ledger, "read:statements"), part)
		if p.Code != http.StatusOK || p.whole() != wantWhole {
			t.Errorf("part %q: status = %d, whole page = %t", part, p.Code, p.whole())
		}
		if got := p.text("#sheet-title"); got != "Remove read:statements from Tomasz?" {
			t.Errorf("part %q: title = %q", part, got)
		}
		if got := p.text("dl"); got != "Permission read:statements API Ledger API "+ledger+" User Tomasz Wierzbicki tomasz@meridian.example" {
			t.Errorf("part %q: facts = %q", part, got)
		}
		if got := p.text("form.sheet button.go"); got != "Remove permission" {
			t.Errorf("part %q: button = %q", part, got)
		}
	}
	p := openDoor(meridian(), "update:users").get(t, permissionsOf.ToRemove(warehouse, "query:metrics"), "")
	if got := p.text(".sheet .note"); got != "RBAC is off for Warehouse API, so the permission has no effect now." {
		t.Errorf("of an API without RBAC: note = %q", got)
	}
}

func TestRemovePermission(t *testing.T) {
	tests := []struct {
		name         string
		form         url.Values
		part         string
		wantHeld     []string
		wantStatus   int
		wantLocation string
		wantRetarget string
		wantToast    string
	}{
		{
			name: "a browser goes back to the list", form: statements,
			wantHeld: []string{"query:metrics"}, wantStatus: 303, wantLocation: permissionsOf.To(),
		},
		{
			name: "htmx draws the tab behind the dialog anew", form: statements, part: "dialog",
			wantHeld: []string{"query:metrics"}, wantStatus: 200, wantRetarget: "#detail", wantToast: "Removed read:statements",
		},
		{
			name: "what is gone already is no error", form: url.Values{"api": {ledger}, "permission": {"gone:already"}},
			wantHeld: []string{"read:statements", "query:metrics"}, wantStatus: 303, wantLocation: permissionsOf.To(),
		},
		{
			name: "htmx says that it is gone already", form: url.Values{"api": {ledger}, "permission": {"gone:already"}}, part: "dialog",
			wantHeld: []string{"read:statements", "query:metrics"}, wantStatus: 200, wantRetarget: "#detail", wantToast: "gone:already was removed already",
		},
		{
			name: "the same name of another API stays", form: url.Values{"api": {warehouse}, "permission": {"read:statements"}},
			wantHeld: []string{"read:statements", "query:metrics"}, wantStatus: 303, wantLocation: permissionsOf.To(),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := meridian()
			p := openDoor(d, "update:users").post(t, permissionsOf.ToRemove("", ""), tt.form, tt.part)
			if got := d.holds(); !slices.Equal(got, tt.wantHeld) {
				t.Errorf("the user holds %v, want %v", got, tt.wantHeld)
			}
			if p.Code != tt.wantStatus {
				t.Errorf("status = %d, want %d", p.Code, tt.wantStatus)
			}
			if got := p.Header().Get("Location"); got != tt.wantLocation {
				t.Errorf("Location = %q, want %q", got, tt.wantLocation)
			}
			if got := p.Header().Get("HX-Retarget"); got != tt.wantRetarget {
				t.Errorf("HX-Retarget = %q, want %q", got, tt.wantRetarget)
			}
			if got := p.Header().Get("HX-Trigger-After-Settle"); !strings.Contains(got, tt.wantToast) {
				t.Errorf("HX-Trigger-After-Settle = %q, want %q in it", got, tt.wantToast)
			}
			if tt.part != "" && p.doc.Find("#detail tbody tr").Length() != len(tt.wantHeld) {
				t.Errorf("%d rows, want %d", p.doc.Find("#detail tbody tr").Length(), len(tt.wantHeld))
			}
		})
	}
}

// Asking to remove what is gone leads back to the list.
func TestConfirmRemoveGonePermission(t *testing.T) {
	target := permissionsOf.ToRemove(ledger, "gone:already")
	if p := openDoor(meridian()).get(t, target, ""); p.Code != 303 || p.Header().Get("Location") != permissionsOf.To() {
		t.Errorf("browser: status = %d, Location = %q", p.Code, p.Header().Get("Location"))
	}
	if p := openDoor(meridian()).get(t, target, "dialog"); p.Header().Get("HX-Retarget") != "#detail" || p.doc.Find("#detail").Length() != 1 {
		t.Errorf("htmx: HX-Retarget = %q", p.Header().Get("HX-Retarget"))
	}
}

func TestPermissionPicker(t *testing.T) {
	add := permissionsOf.ToAdd()
	t.Run("offers the permissions of the first API, by name", func(t *testing.T) {
		p := openDoor(meridian(), "update:users").get(t, add, "dialog")
		if got := p.text("select option"); got != "Ledger API Warehouse API (RBAC off)" {
			t.Errorf("APIs = %q", got)
		}
		if got := p.text("#choices b"); got != "read:statements refund:payments" {
			t.Errorf("choices = %q", got)
		}
	})
	t.Run("marks what the user holds", func(t *testing.T) {
		p := openDoor(meridian(), "update:users").get(t, add, "")
		held := p.doc.Find("#choices input[disabled]")
		if held.Length() != 1 || held.AttrOr("value", "") != ledger+" read:statements" || p.text("#choices .why") != "Already assigned" {
			t.Errorf("disabled: %d, %q", held.Length(), p.text("#choices .why"))
		}
	})
	t.Run("keeps what is chosen when another API is looked at", func(t *testing.T) {
		form := url.Values{"search": {"1"}, "api": {warehouse}, "id": {ledger + " refund:payments"}}
		d := meridian()
		p := openDoor(d, "update:users").post(t, add, form, "choices")
		if got := p.doc.Find("#choices input[checked]").AttrOr("value", ""); got != ledger+" refund:payments" {
			t.Errorf("checked = %q", got)
		}
		if got := p.text("#choices b"); got != "refund:payments query:metrics read:stock" {
			t.Errorf("choices = %q", got)
		}
		if p.doc.Find("form").Length() != 0 || len(d.held) != 2 {
			t.Error("a search answered with more than the choices, or added something")
		}
	})
	t.Run("searches without script on a page of its own", func(t *testing.T) {
		p := openDoor(meridian(), "update:users").post(t, add, url.Values{"search": {"1"}, "api": {ledger}, "find": {"money"}}, "")
		if got := p.text("#choices b"); !p.whole() || got != "refund:payments" {
			t.Errorf("whole page = %t, choices = %q", p.whole(), got)
		}
	})
}

func TestAddPermissions(t *testing.T) {
	chosen := url.Values{"api": {ledger}, "id": {ledger + " refund:payments", warehouse + " read:stock"}}
	tests := []struct {
		name        string
		form        url.Values
		part        string
		apiErr      error
		wantStatus  int
		wantHeld    int
		wantProblem string
	}{
		{name: "a browser goes back to the list", form: chosen, wantStatus: 303, wantHeld: 4},
		{name: "htmx draws the tab anew", form: chosen, part: "dialog", wantStatus: 200, wantHeld: 4},
		{
			name: "nothing chosen is said in the form", form: url.Values{"api": {ledger}}, part: "dialog",
			wantStatus: 422, wantHeld: 2, wantProblem: "Choose at least one permission.",
		},
		{
			name: "a scope that the API dropped is said in the form", form: chosen,
			apiErr:     &upstream.Error{Status: 400, Message: "Permission refund:payments does not exist."},
			wantStatus: 422, wantHeld: 2, wantProblem: "Permission refund:payments does not exist.",
		},
		{name: "a refusal of the API is handed on", form: chosen, apiErr: &upstream.Error{Status: 403}, wantStatus: 403, wantHeld: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := meridian()
			d.fail["AddUserPermissions"] = tt.apiErr
			p := openDoor(d, "update:users").post(t, permissionsOf.ToAdd(), tt.form, tt.part)
			if p.Code != tt.wantStatus || len(d.held) != tt.wantHeld {
				t.Errorf("status = %d, held = %v; want %d, %d permissions", p.Code, d.holds(), tt.wantStatus, tt.wantHeld)
			}
			if got := p.text("#sheet-problem"); got != tt.wantProblem {
				t.Errorf("problem = %q, want %q", got, tt.wantProblem)
			}
			if tt.wantProblem != "" && len(tt.form["id"]) > 0 && p.doc.Find("#choices input[checked]").Length() != 2 {
				t.Error("what was chosen is lost")
			}
		})
	}
}
