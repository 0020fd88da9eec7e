package views_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"trellis/views"
	"trellis/views/urls"
)

// configurationPages is the overview and every page of the configuration, with
// name wherever somebody else chose the words.
func configurationPages(l views.Layout, name string, sheet views.Sheet, act views.Action) map[string]templ.Component {
	tabs := []views.Tab{{ID: "tokens", Label: "Tokens", URL: urls.Configuration, Current: true}}
	tab := func(body templ.Component) templ.Component { return views.ConfigurationPage(l, tabs, body) }
	changes := views.ChangeList{All: urls.Changes, Older: urls.ChangeList{Before: 3}.To(), Filter: views.ChangeFilter{Who: name, Since: "2026-11-01", Until: "2026-11-02", Object: name, ObjectKind: "group", ObjectName: name, AnyObject: urls.Changes, Narrowed: true}, Rows: []views.ChangeRow{
		{Who: name, Deed: name, Object: name, URL: urls.ToGroup(name)}, {Who: name, Deed: name, Object: name}, {Who: name, Deed: name, URL: urls.Configuration},
	}}
	facts := []views.Setting{{Label: "Groups", Value: name, Differs: true}}
	return map[string]templ.Component{
		"overview": views.OverviewPage(l, views.Overview{
			Numbers:  []views.Stat{{Label: "Groups", URL: urls.Groups, Number: "3"}, {Label: "Roles", Problem: "No: " + name}},
			Findings: views.FindingList{Problem: name, Notes: []string{name}, Rows: []views.FindingRow{{Count: "1", Some: true, Icon: "groups", What: "empty group", More: name, URL: urls.Groups}}},
			Changes:  changes, New: act,
			Health:  []views.HealthRow{{Name: "Authorization API", Kind: views.Bad, State: "Does not answer", Detail: name}},
			Session: views.SessionInfo{Role: name, Tokens: []views.TokenInfo{{API: "Authorization API", Scopes: []string{name}}}},
		}),
		"changes":  views.ChangesPage(l, changes),
		"tokens":   tab(views.TokenSettingsPart(views.TokenSettings{Version: name, Refusal: "No: " + name, Key: views.APIKeyState{Rotate: act}, Groups: []views.SwitchGroup{{ID: "g", Title: "Groups", Switches: []views.Switch{{Name: "a", Label: name, Hint: name}}}}})),
		"versions": views.SheetPage(l, sheet, views.Versions(facts, facts)),
		"new key":  views.SheetPage(l, sheet, views.NewAPIKey(name)),
		"access":   tab(views.APIAccessPart(views.APIAccessForm{Lifetime: name, Version: name, Audience: name, Issuer: name, URL: name, Problems: map[string]string{"token_lifetime": name}})),
		"action":   tab(views.LoginActionPart(views.LoginAction{Namespace: name, Code: "code " + name, Problem: name, Secrets: facts})),
		"transfer": tab(views.TransferPart(views.TransferForm{Problem: name, Exports: []views.Action{act}, Snapshots: views.SnapshotList{Rows: []views.SnapshotRow{{Who: name, Held: name, Restore: act}}}})),
		"machines": tab(views.MachinesPart(views.MachineList{Status: name, New: act, Rows: []views.MachineRow{{Name: name, ID: name, Actions: []views.Action{act}, Scopes: []views.MachineScopes{{API: "A", Count: "1 scope", Scopes: []string{name}}}}}})),
		"machine":  views.SheetPage(l, sheet, views.MachineFields(views.MachineForm{New: true, Name: name, Problems: map[string]string{"name": name}, APIs: []views.ScopeGroup{{Field: "authorization", API: "A", Choices: []views.Option{{Value: name, Label: name}}}}})),
		"people":   tab(views.PeoplePart(views.PersonList{Status: name, New: act, Rows: []views.PersonRow{{Name: name, Email: name, Role: name, Self: true, Actions: []views.Action{act}}}})),
		"person":   views.SheetPage(l, sheet, views.PersonFields(views.PersonForm{New: true, Email: name, Name: name, Problems: map[string]string{"email": name}})),
		"import": views.ImportPlanPage(l, views.ImportPlan{
			Title: "T", What: "Import", Action: urls.Import, File: name, Mode: "Merge", Valid: true, Submit: "Import", Document: name, Keep: []views.Hidden{{Name: "file", Value: name}},
			Rows:     []views.PlanRow{{Collection: "Groups", Created: views.PlanCell{Count: "2", Names: []string{name}, More: "and 1 more"}}},
			Findings: []views.PlanFindings{{Kind: views.Warn, Title: "Some", Lines: []views.PlanLine{{Where: name, Message: name}}}},
		}),
	}
}

// Every switch has words, and every form of a configuration carries its token and
// the version that it was drawn from.
func TestFormsOfTheConfiguration(t *testing.T) {
	for what, c := range configurationPages(ana, "Anything", views.Sheet{Title: "T", Action: urls.APIKey, Back: urls.Configuration}, views.Action{Label: "Add", URL: urls.NewMachine}) {
		doc := render(t, c)
		for _, form := range doc.Find("main form[method=post]").EachIter() {
			if form.Find("input[name=csrf][value=token]").Length() != 1 {
				t.Errorf("%s: a form to %s has no token", what, form.AttrOr("action", ""))
			}
		}
		for _, box := range doc.Find("main input:not([type=hidden])").EachIter() {
			label := box.Closest("label").Text() + doc.Find("label[for='"+box.AttrOr("id", "none")+"']").Text() + box.AttrOr("aria-label", "")
			if strings.TrimSpace(label) == "" {
				t.Errorf("%s: the field %s has no label", what, box.AttrOr("name", ""))
			}
		}
	}
}
