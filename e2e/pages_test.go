package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// place is one page of the dashboard, as a picture and a check know it.
type place struct {
	name string
	path string
	open string // the link that opens a dialog over it; empty for none
}

// places is every page, and every dialog over one.
func places(t *testing.T) []place {
	t.Helper()
	prepared.authz(t, http.MethodPatch, "/configuration/rotate-apikey", nil, nil)
	name := prepared.name("Pia Portrait")
	user := prepared.user(t, name)
	prepared.permit(t, user, ledger, "read:statements", "export:statements")
	prepared.permit(t, user, warehouse, "query:metrics")
	prepared.rbac(t, warehouse, false)
	prepared.role(t, prepared.name("Portrait Keeper"), ledger, []string{"export:statements", "read:accounts"}, user)
	someone := "/users/" + escape(user)
	sre := prepared.find(t, "SRE")
	prepared.members(t, sre, user)
	role := prepared.appRole(t, "Deploy Console", prepared.name("Portrait Role"), prepared.permission(t, "Deploy Console", prepared.name("paint:portraits")))
	prepared.give(t, user, role)
	odd := prepared.user(t, prepared.name("مريم بنت عبد الرحمن 🦊 "+strings.Repeat("Wolfeschlegelsteinhausen", 5)))
	oddGroup := prepared.group(t, prepared.name("🦊 مجموعة Donaudampfschifffahrts"))
	prepared.members(t, oddGroup, odd)
	prepared.grant(t, oddGroup, role)
	oddRole := prepared.appRole(t, "Deploy Console", prepared.name("دور 🦊 Rindfleischetikettierungsüberwacher"),
		prepared.permission(t, "Deploy Console", prepared.name("قراءة:🦊"+strings.Repeat("überwachung", 7))))
	stranger := "/users/" + escape(odd)
	run := "/access?application=" + prepared.application(t, "Deploy Console") + "&connection=google-workspace&groups=eng-all"
	payments := prepared.find(t, "Payments Engineering")
	platform, empty, contractors := prepared.find(t, "Platform"), prepared.find(t, "Project Aurora"), prepared.find(t, "Contractors")
	responder, permission := "/roles/"+prepared.findRole(t, "Incident Responder"), "/permissions/"+prepared.findPermission(t, "read:services")
	lonely := "/permissions/" + prepared.permission(t, console, prepared.name("lonely:permission"))
	return []place{
		{name: "overview", path: "/"},
		{name: "changes", path: "/changes"},
		{name: "configuration-tokens", path: "/configuration"},
		{name: "configuration-key", path: "/configuration", open: "Rotate key"},
		{name: "configuration-access", path: "/configuration/api"},
		{name: "configuration-clients", path: "/configuration/clients"},
		{name: "configuration-clients-add", path: "/configuration/clients", open: "Add machine client"},
		{name: "configuration-people", path: "/configuration/people"},
		{name: "configuration-people-add", path: "/configuration/people", open: "Add person"},
		{name: "configuration-action", path: "/configuration/action"},
		{name: "configuration-transfer", path: "/configuration/transfer"},
		{name: "configuration-restore", path: "/configuration/snapshots/" + prepared.snapshot(t)},
		{name: "changes-of-one-group", path: "/changes?kind=group&object=" + platform + "&since=2020-01-01"},
		{name: "changes-none", path: "/changes?kind=role&who=zzz"},
		{name: "groups-finding", path: "/groups?show=empty"},
		{name: "groups-finding-none", path: "/groups?show=missing-references&q=zzz"},
		{name: "groups", path: "/groups"},
		{name: "groups-no-match", path: "/groups?q=zzz"},
		{name: "groups-tree", path: "/groups/tree"},
		{name: "groups-tree-open", path: "/groups/tree?reveal=" + sre + "&in=" + platform},
		{name: "groups-tree-search", path: "/groups/tree?q=sre"},
		{name: "groups-tree-no-match", path: "/groups/tree?q=zzz"},
		{name: "groups-tree-place", path: "/groups/tree?q=sre", open: "Actions for SRE"},
		{name: "groups-tree-move", path: "/groups/tree/move?group=" + sre + "&from=" + platform},
		{name: "groups-tree-move-confirm", path: "/groups/tree/move?group=" + sre + "&from=" + platform + "&to=" + empty},
		{name: "groups-tree-move-circle", path: "/groups/tree/move?group=" + platform + "&to=" + sre},
		{name: "groups-tree-take-out", path: "/groups/tree/take-out?group=" + sre + "&from=" + platform},
		{name: "group-tree", path: "/groups/" + platform + "/nested?view=tree"},
		{name: "group-tree-none", path: "/groups/" + empty + "/nested?view=tree"},
		{name: "group-new", path: "/groups", open: "New group"},
		{name: "group-members", path: "/groups/" + platform},
		{name: "group-members-all", path: "/groups/" + platform + "?show=all"},
		{name: "group-members-none", path: "/groups/" + empty},
		{name: "group-members-add", path: "/groups/" + platform, open: "Add members"},
		{name: "group-members-remove", path: "/groups/" + prepared.find(t, "SRE"), open: "Remove Tomasz Wierzbicki from SRE"},
		{name: "group-members-many", path: "/groups/" + platform + "/members/many"},
		{name: "jobs", path: "/jobs"},
		{name: "group-pending", path: "/groups/" + payments + "/pending"},
		{name: "group-pending-none", path: "/groups/" + empty + "/pending"},
		{name: "group-pending-add", path: "/groups/" + payments + "/pending", open: "Add by email"},
		{name: "group-pending-remove", path: "/groups/" + payments + "/pending", open: "Remove amara.nwosu@meridian.example from Payments Engineering"},
		{name: "group-edit-metadata", path: "/groups/" + payments, open: "Edit"},
		{name: "group-nested", path: "/groups/" + platform + "/nested"},
		{name: "group-nested-remove", path: "/groups/" + platform + "/nested", open: "Remove SRE from Platform"},
		{name: "impact", path: "/impact?change=" + url.QueryEscape("remove nesting "+sre+" "+platform)},
		{name: "group-nested-add", path: "/groups/" + platform + "/nested", open: "Add nested groups"},
		{name: "graph", path: "/graph?focus=group:" + platform + "&layers=roles&layers=permissions&layers=users"},
		{name: "graph-all", path: "/graph?focus=group:" + prepared.find(t, "All staff")},
		{name: "graph-masked", path: "/graph?mask=1&focus=role:" + prepared.findRole(t, "Incident Responder")},
		{name: "graph-user", path: "/graph?layers=roles&focus=user:" + escape(odd)},
		{name: "graph-of-nothing", path: "/graph"},
		{name: "group-roles", path: "/groups/" + platform + "/roles"},
		{name: "group-roles-add", path: "/groups/" + platform + "/roles", open: "Add roles"},
		{name: "group-mappings", path: "/groups/" + contractors + "/mappings"},
		{name: "group-mappings-add", path: "/groups/" + contractors + "/mappings", open: "Add mapping"},
		{name: "group-edit", path: "/groups/" + empty, open: "Edit"},
		{name: "group-delete", path: "/groups/" + empty, open: "Delete group"},
		{name: "group-actions", path: "/groups/" + sre + "/actions"},
		{name: "role-actions", path: responder + "/actions"},
		{name: "permission-actions", path: permission + "/actions"},
		{name: "user-actions", path: stranger + "/actions"},
		{name: "explorer", path: "/explorer"},
		{name: "explorer-operation", path: "/explorer/authorization/createGroup?lang=go"},
		{name: "explorer-answer", path: "/explorer/management/listUsers?p.per_page=2&p.q=ada&send=1"},
		{name: "explorer-no-match", path: "/explorer?q=zzz"},
		{name: "mapping-test", path: "/mappings/test"},
		{name: "mapping-coverage", path: "/mappings/coverage"},
		{name: "mapping-coverage-all", path: "/mappings/coverage?show=all"},
		{name: "paths", path: "/paths"},
		{name: "paths-choose", path: "/paths?from=group:" + sre, open: "Choose where paths lead to"},
		{name: "paths-why", path: "/paths?from=user:" + escape(user) + "&to=role:" + prepared.findRole(t, "Expense Submitter")},
		{name: "paths-why-odd", path: "/paths?from=user:" + escape(odd) + "&to=role:" + role + "&connection=google-workspace&groups=eng-all"},
		{name: "paths-why-not", path: "/paths?from=user:" + escape(user) + "&to=role:" + prepared.findRole(t, "Payroll Officer")},
		{name: "compare", path: "/compare"},
		{name: "compare-choose", path: "/compare?left=group:" + sre, open: "Choose what it is compared with"},
		{name: "compare-users", path: "/compare?left=user:" + escape(user) + "&right=user:" + escape(odd)},
		{name: "compare-usual", path: "/compare?left=user:" + escape(odd) + "&right=usual:" + platform},
		{name: "compare-groups", path: "/compare?left=group:" + sre + "&right=group:" + oddGroup},
		{name: "compare-roles", path: "/compare?direct=1&left=role:" + role + "&right=role:" + oddRole},
		{name: "compare-copy", path: "/compare/copy?to=right&thing=" + url.QueryEscape("groups "+sre) + "&left=user:" + escape(user) + "&right=user:" + escape(odd)},
		{name: "roles", path: "/roles"},
		{name: "roles-no-match", path: "/roles?q=zzz"},
		{name: "role-new", path: "/roles", open: "New role"},
		{name: "role-permissions", path: responder},
		{name: "role-users", path: responder + "/users"},
		{name: "role-users-all", path: responder + "/users?show=all&source=group"},
		{name: "role-users-add", path: responder + "/users", open: "Add users"},
		{name: "role-groups", path: responder + "/groups"},
		{name: "role-groups-add", path: responder + "/groups", open: "Add groups"},
		{name: "role-permissions-odd", path: "/roles/" + oddRole},
		{name: "group-members-odd", path: "/groups/" + oddGroup},
		{name: "role-edit", path: responder, open: "Edit"},
		{name: "role-clone", path: responder, open: "Clone"},
		{name: "role-delete", path: responder, open: "Delete role"},
		{name: "permissions", path: "/permissions"},
		{name: "permissions-no-match", path: "/permissions?q=zzz"},
		{name: "permission-new", path: "/permissions", open: "New permission"},
		{name: "permissions-paste", path: "/permissions/paste"},
		{name: "permission-roles", path: permission},
		{name: "permission-users", path: permission + "/users"},
		{name: "permission-roles-remove", path: permission, open: "Take out of all roles"},
		{name: "permission-in-use", path: permission, open: "Edit"},
		{name: "permission-delete", path: permission, open: "Delete permission"},
		{name: "permission-in-no-role", path: lonely},
		{name: "permission-edit", path: lonely, open: "Edit"},
		{name: "users", path: "/users"},
		{name: "users-no-match", path: "/users?q=zzz"},
		{name: "users-filtered", path: "/users?group=" + sre + "&role=" + role},
		{name: "users-filtered-nobody", path: "/users?group=" + empty},
		{name: "users-filter", path: "/users", open: "In group"},
		{name: "users-odd", path: "/users?q=Wolfeschlegelsteinhausen"},
		{name: "user-profile", path: someone},
		{name: "user-profile-odd", path: stranger},
		{name: "user-groups", path: someone + "/groups"},
		{name: "user-groups-odd", path: stranger + "/groups"},
		{name: "user-groups-no-match", path: someone + "/groups?q=zzz"},
		{name: "user-groups-add", path: someone + "/groups", open: "Add to groups"},
		{name: "user-groups-remove", path: someone + "/groups", open: "Remove " + name + " from SRE"},
		{name: "user-roles", path: someone + "/roles"},
		{name: "user-roles-odd", path: stranger + "/roles"},
		{name: "user-roles-add", path: someone + "/roles", open: "Add roles"},
		{name: "user-access", path: someone + "/access"},
		{name: "user-access-run", path: someone + run},
		{name: "user-access-odd", path: stranger + run},
		{name: "user-permissions", path: someone + "/permissions"},
		{name: "user-permissions-remove", path: someone + "/permissions", open: "Remove read:statements from " + name},
		{name: "user-permissions-remove-one-way", path: someone + "/permissions", open: "Remove export:statements from " + name},
		{name: "user-permissions-add", path: someone + "/permissions", open: "Add permissions"},
		{name: "user-rbac", path: someone + "/permissions", open: "Turn on RBAC"},
		{name: "error-unknown-group", path: "/groups/11111111-1111-4111-8111-111111111111"},
		{name: "error-unknown-role", path: "/roles/11111111-1111-4111-8111-111111111111"},
		{name: "error-unknown-page", path: "/no-such-page"},
	}
}

// Every page, wide and light, narrow and dark, and without JavaScript, is drawn
// without a serious finding of axe-core and without a report of the browser. It
// comes small, stands still and fits any screen: see measured. A picture of each is
// kept, but in CI. The first look opens the dialogs; without JavaScript their forms
// are pages.
func TestEveryPage(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	all := places(t)
	alone := forms(t, all)
	everyPageIsAmong(t, slices.Concat(all, alone, visitors()), walkedElsewhere)
	for _, l := range []look{{}, {phone: true, dark: true}, {noScript: true}} {
		t.Run(l.String(), func(t *testing.T) {
			tab := visitAs(t, administrator, l)
			walked := all
			if l != (look{}) {
				walked = slices.DeleteFunc(slices.Clone(all), func(p place) bool { return p.open != "" })
			}
			if l.noScript {
				walked = slices.Concat(walked, alone)
			}
			for _, p := range walked {
				t.Run(p.name, func(t *testing.T) { inspect(t, tab.For(t), l, p, axe) })
			}
		})
	}
}

// walkedElsewhere are pages that other tests look at in the same way, with what
// they are about.
var walkedElsewhere = map[string]string{
	"Search":    "TestSearchIsAccessible",
	"Job":       "TestBulkAThousandMembers",
	"JobTarget": "TestBulkAddToGroup",
	"JobImpact": "TestBulkAddToGroup",
}

func TestSignInPages(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{{}, {dark: true}, {phone: true}, {phone: true, dark: true}} {
		t.Run(l.String(), func(t *testing.T) {
			tab := visit(t, l)
			signIn := page.SignIn(tab)
			check(t, tab, l, "sign-in", axe)
			signIn.With("nobody@test.example", "wrong")
			signIn.Refuses()
			check(t, tab, l, "sign-in-refused", axe)
			tab.Goto("/signed-out")
			check(t, tab, l, "signed-out", axe)
		})
	}
}

func TestAuditorsPages(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	tab := visitAs(t, auditor, look{})
	// Where there is something that an auditor may not change.
	changes := regexp.MustCompile(`^(overview|(groups|roles|permissions|users)|(group|role|permission|user)-(members|nested|roles|mappings|permissions|users|groups)|configuration-.*)$`)
	for _, p := range places(t) {
		if p.open == "" && changes.MatchString(p.name) {
			p.name = "auditor-" + p.name
			t.Run(p.name, func(t *testing.T) { inspect(t, tab.For(t), look{}, p, axe) })
		}
	}
}

func inspect(t *testing.T, tab page.Tab, l look, p place, axe []byte) {
	t.Helper()
	tab.Goto(p.path)
	if p.open != "" {
		if _, err := tab.Page().Evaluate(`() => { window.asked = true; }`); err != nil && !l.noScript { // what is on its way for a click may move it
			t.Fatal(err)
		}
		tab.Follow(p.open)
		tab.FormOpens()
	}
	check(t, tab, l, p.name, axe)
}

// check looks at the page as it is: with axe-core, with a ruler, and with a
// camera.
func check(t *testing.T, tab page.Tab, l look, name string, axe []byte) {
	t.Helper()
	photograph(t, tab.Page(), name+"-"+l.String())
	if l.noScript {
		return // axe-core is a script
	}
	if kept := stored(t, tab); kept != "" {
		t.Errorf("the browser keeps %s for the page", kept)
	}
	if _, err := tab.Page().Evaluate(string(axe)); err != nil {
		t.Fatal(err)
	}
	out, err := tab.Page().Evaluate(`async () => JSON.stringify((await axe.run(document, {
		resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	})).violations)`)
	if err != nil {
		t.Fatal(err)
	}
	var findings []finding
	if err := json.Unmarshal([]byte(out.(string)), &findings); err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("axe-core: %s", f)
	}
	measure(t, tab).keeps(t)
	switch {
	case l.phone:
		fits(t, tab, l, narrow)
	case strings.HasPrefix(name, "auditor-"): // as wide as for others
	default:
		fits(t, tab, l, ultra)
	}
}

// stored is what the browser keeps for a page beside its cookies, so beyond a
// sign-out. htmx notes the address there, and no more.
func stored(t *testing.T, tab page.Tab) string {
	t.Helper()
	kept, err := tab.Page().Evaluate(`() => Object.keys(sessionStorage).concat(Object.keys(localStorage))
		.filter((key) => key !== "htmx-current-path-for-history").join(", ")`)
	if err != nil {
		t.Fatal(err)
	}
	return kept.(string)
}

// finding is one rule of axe-core that a page breaks.
type finding struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

func (f finding) String() string {
	var where []string
	for _, n := range f.Nodes {
		where = append(where, n.HTML)
	}
	return fmt.Sprintf("%s (%s): %s: %s", f.ID, f.Impact, f.Help, strings.Join(where, " | "))
}

func photograph(t *testing.T, p playwright.Page, name string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		return // nobody would look at it
	}
	path := filepath.Join(artifacts, "pages", name+".png")
	_, err := p.Screenshot(playwright.PageScreenshotOptions{Path: &path})
	if err != nil {
		t.Fatal(err)
	}
}
