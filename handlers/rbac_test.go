package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trellis/views/urls"
)

func TestConfirmRBAC(t *testing.T) {
	for part, wantWhole := range map[string]bool{"": true, "dialog": false} {
		p := openDoor(meridian(), "update:resource_servers").get(t, urls.ToAPIRBAC("rs2", tomasz), part)
		if p.Code != http.StatusOK || p.whole() != wantWhole {
			t.Errorf("part %q: status = %d, whole page = %t", part, p.Code, p.whole())
		}
		if got := p.text("#sheet-title"); got != "Turn on RBAC for Warehouse API?" {
			t.Errorf("part %q: title = %q", part, got)
		}
		if got := p.text("button.go"); got != "Turn on RBAC" {
			t.Errorf("part %q: button = %q", part, got)
		}
	}
	if p := openDoor(meridian()).get(t, urls.ToAPIRBAC("gone", tomasz), ""); p.Code != http.StatusNotFound {
		t.Errorf("unknown API: status = %d, want 404", p.Code)
	}
}

func TestTurnOnRBAC(t *testing.T) {
	tests := []struct {
		name, target, part string
		wantStatus         int
		wantLocation       string
	}{
		{name: "a browser goes back to the user", target: urls.ToAPIRBAC("rs2", tomasz), wantStatus: 303, wantLocation: permissionsOf.To()},
		{name: "htmx draws the user's tab anew", target: urls.ToAPIRBAC("rs2", tomasz), part: "dialog", wantStatus: 200},
		{name: "who came from nowhere goes to the users", target: urls.ToAPIRBAC("rs2", ""), wantStatus: 303, wantLocation: urls.Users},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := meridian()
			p := openDoor(d, "update:resource_servers").post(t, tt.target, url.Values{}, tt.part)
			if p.Code != tt.wantStatus || p.Header().Get("Location") != tt.wantLocation {
				t.Errorf("status = %d, Location = %q", p.Code, p.Header().Get("Location"))
			}
			if !d.apis[1].EnforcePolicies {
				t.Error("RBAC is still off")
			}
			if tt.part == "" {
				return
			}
			if strings.Contains(p.text("#detail"), "does not check permissions") || p.Header().Get("HX-Retarget") != "#detail" {
				t.Errorf("the tab = %q", p.text("#detail"))
			}
		})
	}
}

func TestRBACThatIsOnAlready(t *testing.T) {
	p := openDoor(meridian(), "update:resource_servers").get(t, urls.ToAPIRBAC("rs1", tomasz), "")
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != permissionsOf.To() {
		t.Errorf("status = %d, Location = %q", p.Code, p.Header().Get("Location"))
	}
}
