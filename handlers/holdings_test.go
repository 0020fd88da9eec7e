package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"trellis/web/mgmt"
	"trellis/web/upstream"
)

// withRoles is meridian where Tomasz also has roles: Auditor gives what he holds
// directly and one permission more, Refunds gives the latter too, Empty nothing.
func withRoles() *directory {
	d := meridian()
	statements := d.held[0]
	refund := mgmt.UserPermission{ResourceServerIdentifier: ledger, ResourceServerName: "Ledger API", PermissionName: "refund:payments", Description: "Give money back"}
	for _, name := range []string{"Auditor", "Refunds", "Empty"} {
		d.roles = append(d.roles, mgmt.EffectiveRole{Role: mgmt.Role{ID: "rol_" + name, Name: name}, Sources: []string{mgmt.Direct}})
	}
	d.gives = map[string][]mgmt.UserPermission{"rol_Auditor": {statements, refund}, "rol_Refunds": {refund}}
	return d
}

// What a role gives is shown with the role, and has no trash can of its own.
func TestPermissionsByRoles(t *testing.T) {
	p := openDoor(withRoles(), "update:users").get(t, permissionsOf.To(), "")
	var got []string
	for _, row := range p.doc.Find("tbody tr").EachIter() {
		trash := "no trash can"
		if row.Find(".act a").Length() > 0 {
			trash = "trash can"
		}
		got = append(got, words(row)+", "+trash)
	}
	want := []string{
		"query:metrics Ask the warehouse Warehouse API RBAC off Direct, trash can",
		"read:statements See statements Ledger API Direct Auditor role assigned directly, trash can",
		"refund:payments Give money back Ledger API Auditor role assigned directly Refunds role assigned directly, no trash can",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows = %q\nwant   %q", got, want)
	}
	if n := p.doc.Find("tbody .act button").Length(); n != 0 {
		t.Errorf("%d rows have a control that does nothing", n)
	}
	if got := p.text(".tabs [aria-current]"); got != "Permissions 3" {
		t.Errorf("tab = %q", got)
	}
}

func TestAPermissionThroughAGroup(t *testing.T) {
	d := withRoles()
	d.roles[0].Sources = []string{mgmt.ByGroups}
	p := openDoor(d).get(t, permissionsOf.To(), "")
	if got := words(p.doc.Find("tbody tr").Eq(1)); !strings.HasSuffix(got, "Direct Auditor role given through a group") {
		t.Errorf("row = %q", got)
	}
}

// Who may not read roles is told that one gives it, and not which.
func TestPermissionsWithoutReadingRoles(t *testing.T) {
	for _, method := range []string{"EffectiveRoles", "AllRolePermissions"} {
		d := withRoles()
		d.fail[method] = &upstream.Error{Status: http.StatusForbidden}
		p := openDoor(d).get(t, permissionsOf.To(), "")
		if got := words(p.doc.Find("tbody tr").Last()); got != "refund:payments Give money back Ledger API a role whose name you may not read" {
			t.Errorf("%s: row = %q", method, got)
		}
	}
	for _, method := range []string{"EffectiveRoles", "AllRolePermissions", "EffectivePermissions"} {
		d := withRoles()
		d.fail[method] = &upstream.Error{Status: http.StatusBadGateway}
		if p := openDoor(d).get(t, permissionsOf.To(), ""); p.Code != http.StatusBadGateway {
			t.Errorf("%s: status = %d, want that of the failure", method, p.Code)
		}
	}
}

func TestConfirmRemoveStillGranted(t *testing.T) {
	d := withRoles()
	p := openDoor(d, "update:users").get(t, permissionsOf.ToRemove(ledger, "read:statements"), "dialog")
	for selector, want := range map[string]string{
		"#sheet-title":         "Remove read:statements from Tomasz?",
		"#sheet-text":          "Only the direct assignment goes. Tomasz keeps this permission through a role.",
		".note.via":            "Still granted after this change Tomasz → Auditor",
		"p.soft":               "To take the permission away for good, take this role from Tomasz too, or the permission from the role.",
		"form.sheet button.go": "Remove direct assignment",
	} {
		if got := p.text(selector); got != want {
			t.Errorf("%s = %q, want %q", selector, got, want)
		}
	}
	p = openDoor(d, "update:users").get(t, permissionsOf.ToRemove(warehouse, "query:metrics"), "dialog")
	if got := p.text("#sheet-text"); got != "The next access token for Warehouse API comes without it. Nothing else gives it to Tomasz." {
		t.Errorf("of one that nothing else gives: %q", got)
	}
	if p.doc.Find(".note.via").Length() != 0 {
		t.Errorf("of one that nothing else gives: %q", p.text(".note.via"))
	}

	d.held = append(d.held, d.gives["rol_Refunds"][0])
	p = openDoor(d, "update:users").get(t, permissionsOf.ToRemove(ledger, "refund:payments"), "dialog")
	if got := p.text(".note.via"); got != "Still granted after this change Tomasz → Auditor Tomasz → Refunds" {
		t.Errorf("by two roles: %q", got)
	}
	if got := p.text("p.soft"); !strings.Contains(got, "take these roles from Tomasz too") {
		t.Errorf("by two roles: %q", got)
	}
}

func TestRemoveWhatARoleGivesToo(t *testing.T) {
	d := withRoles()
	p := openDoor(d, "update:users").post(t, permissionsOf.ToRemove("", ""), statements, "dialog")
	if got := d.holds(); !slices.Equal(got, []string{"query:metrics"}) {
		t.Errorf("the user holds %v directly", got)
	}
	if row := p.doc.Find("tbody tr").Eq(1); words(row) != "read:statements See statements Ledger API Auditor role assigned directly" || row.Find(".act a").Length() != 0 {
		t.Errorf("row = %q", words(row))
	}
}

// There is no direct assignment to remove, so nothing is removed and nothing asked.
func TestRemoveWhatOnlyARoleGives(t *testing.T) {
	d := withRoles()
	form := url.Values{"api": {ledger}, "permission": {"refund:payments"}}
	for name, p := range map[string]page{
		"asking":   openDoor(d, "update:users").get(t, permissionsOf.ToRemove(ledger, "refund:payments"), ""),
		"removing": openDoor(d, "update:users").post(t, permissionsOf.ToRemove("", ""), form, ""),
	} {
		if p.Code != http.StatusSeeOther || p.Header().Get("Location") != permissionsOf.To() {
			t.Errorf("%s: status = %d, Location = %q", name, p.Code, p.Header().Get("Location"))
		}
	}
	if len(d.held) != 2 {
		t.Errorf("the user holds %v directly", d.holds())
	}
}

// What a role gives can be given directly too.
func TestPickWhatARoleGives(t *testing.T) {
	p := openDoor(withRoles(), "update:users").get(t, permissionsOf.ToAdd(), "")
	if got := p.doc.Find("#choices input[disabled]").AttrOr("value", ""); got != ledger+" read:statements" || p.doc.Find("#choices input[disabled]").Length() != 1 {
		t.Errorf("disabled = %q", got)
	}
}
