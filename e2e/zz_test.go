package e2e

import (
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	axe, _ := os.ReadFile("node_modules/axe-core/axe.min.js")
	user := prepared.user(t, "Pia Portrait")
	prepared.permit(t, user, ledger, "read:statements", "export:statements")
	prepared.permit(t, user, warehouse, "query:metrics")
	prepared.rbac(t, warehouse, false)
	someone := "/users/" + escape(user)
	all := []place{
		{name: "users", path: "/users"},
		{name: "users-no-match", path: "/users?q=zzz"},
		{name: "user-profile", path: someone},
		{name: "user-tomasz", path: "/users?q=tomasz+wierz", open: "Tomasz Wierzbicki"},
		{name: "user-permissions", path: someone + "/permissions"},
		{name: "user-permissions-remove", path: someone + "/permissions", open: "Remove read:statements from Pia Portrait"},
		{name: "user-permissions-add", path: someone + "/permissions", open: "Add permissions"},
		{name: "user-rbac", path: someone + "/permissions", open: "Turn on RBAC"},
	}
	for _, l := range []look{{}, {dark: true}, {phone: true}, {noScript: true}} {
		t.Run(l.String(), func(t *testing.T) {
			tab := visitAs(t, administrator, l)
			for _, p := range all {
				t.Run(p.name, func(t *testing.T) {
					tab := tab.For(t)
					tab.Goto(p.path)
					if p.open != "" {
						tab.Follow(p.open)
						if p.name != "user-tomasz" {
							tab.FormOpens()
						} else {
							tab.Headed(p.open)
						}
					}
					check(t, tab, l, p.name, axe)
				})
			}
		})
	}
}
