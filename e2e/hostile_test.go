package e2e

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"

	"trellis/e2e/page"
)

// payloads are texts that run as scripts where a page takes them for more than text.
var payloads = []string{
	`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `'><script src=//evil.test/x></script>`,
	`<img src=x onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
	`<body onload=alert(1)>`, `<iframe src=javascript:alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data=javascript:alert(1)>`,
	`<embed src=javascript:alert(1)>`, `<a href=javascript:alert(1)>x</a>`, `<form action=javascript:alert(1)><button>x`, `<button formaction=javascript:alert(1)>x`,
	`" autofocus onfocus=alert(1) x="`, `' autofocus onfocus=alert(1) x='`, `" onmouseover=alert(1) "`, `x" onpointerenter="alert(1)`,
	`javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `//evil.test/x`, `{{constructor.constructor('alert(1)')()}}`,
	`${alert(1)}`, "`-alert(1)-`", `<style>@import '//evil.test/x'</style>`, `<link rel=stylesheet href=//evil.test/x>`,
	`<meta http-equiv=refresh content="0;url=//evil.test">`, `<base href=//evil.test/>`, `<template><script>alert(1)</script>`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`, `<div hx-get="//evil.test" hx-trigger="load">`, `<b hx-on:load="alert(1)">`, `<p data-hx-on:click="alert(1)">`,
	`<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)>`, `--></title></textarea><img src=x onerror=alert(1)>`, `&lt;img src=x onerror=alert(1)&gt;`,
}

// short is as much of text as a name may have.
func short(text string) string {
	if runes := []rune(text); len(runes) > 50 {
		return string(runes[:50])
	}
	return text
}

// hostile is an import in which everything that somebody can name is a payload. The
// first of each kind is or holds all the others.
func hostile() map[string]any {
	n := len(payloads)
	out := packed(n)
	users, groups := out["users"].([]map[string]any), out["groups"].([]map[string]any)
	roles, permissions := out["roles"].([]map[string]any), out["permissions"].([]map[string]any)
	var mappings []map[string]any
	for i, text := range payloads {
		name := short(text)
		users[i]["name"], users[i]["nickname"], users[i]["given_name"], users[i]["picture"] = text, text, text, text
		users[i]["user_metadata"], users[i]["app_metadata"] = map[string]any{text: text}, map[string]any{text: []string{text}}
		groups[i]["name"], groups[i]["description"] = name, text
		roles[i]["name"], roles[i]["description"] = name, text
		permissions[i]["name"], permissions[i]["description"] = name, text
		mappings = append(mappings, map[string]any{"_id": uuid("d", i), "connectionName": name, "groupName": name})
	}
	groups[0]["mappings"] = mappings
	return out
}

// hostilePlaces are the pages on which one of them stands, or that are asked for
// with one.
func hostilePlaces() []string {
	group, role, permission, user := "/groups/"+uuid("a", 0), "/roles/"+uuid("b", 0), "/permissions/"+uuid("c", 0), "/users/gallery%7C0"
	odd := url.QueryEscape(payloads[5])
	all := []string{"/", "/changes", "/configuration/action?namespace=" + odd, "/configuration/people", "/login/callback?state=x&error=x&error_description=" + odd}
	for _, list := range []string{"/users", "/groups", "/roles", "/permissions"} {
		all = append(all, list, list+"?q="+odd, list+"?q=alert&page=2")
	}
	for _, below := range []string{
		"", "?show=all", "?q=" + odd, "/edit", "/delete", "/members/add", "/members/many", "/members/remove?user=gallery%7C1", "/nested", "/nested/add",
		"/nested/remove?group=" + uuid("a", 1), "/roles", "/roles/add", "/roles/remove?role=" + uuid("b", 1), "/mappings", "/mappings/add",
		"/mappings/remove?mapping=" + uuid("d", 1),
	} {
		all = append(all, group+below)
	}
	for _, below := range []string{"", "/edit", "/delete", "/users", "/users?show=all", "/users/add", "/groups", "/groups/add"} {
		all = append(all, role+below)
	}
	for _, below := range []string{"", "/edit", "/delete", "/users"} {
		all = append(all, permission+below)
	}
	for _, below := range []string{"", "/groups", "/roles", "/permissions", "/groups/add", "/roles/add", "/access?application=gallery&connection=" + odd + "&groups=" + odd} {
		all = append(all, user+below)
	}
	return append(all, "/users/filter?by=group", "/search?q="+odd, "/search?q=alert", "/groups/"+url.PathEscape(payloads[5]), "/signed-out?x="+odd)
}

// WEB-14: whatever somebody has named anything, and whatever a link brings along, it
// is text on every page: nothing of it runs, nothing of it is fetched.
func TestWEB_14_names_are_text_everywhere(t *testing.T) {
	tab := newTenant(t, hostile())
	tab.Page().OnDialog(func(d playwright.Dialog) {
		t.Errorf("%s: a name ran as a script: %s", tab.Page().URL(), d.Message())
		_ = d.Dismiss()
	})
	text := func(path string) {
		t.Helper()
		m := measure(t, tab)
		for _, what := range append(m.Foreign, m.Stopped...) {
			t.Errorf("%s: %s", path, what)
		}
	}
	for _, path := range hostilePlaces() {
		tab.Goto(path)
		text(path)
	}
	group := page.OpenGroup(tab, uuid("a", 0))
	group.Shows(payloads[1], payloads[4], payloads[16])
	group.Remove(payloads[4], short(payloads[0]), "Remove member") // its question and its toast
	group.Tells("Member removed")
	text("a removal")
	search := tab.SearchEverything("Control+k")
	search.Find(payloads[4])
	text("the search")
	search.Find("alert")
	text("the search")
	tab.Press("Escape")
	group.Follow("Add many")
	job := page.Job{Tab: tab}
	job.Paste(strings.Join(payloads, "\n"))
	job.Comes("Nothing is changed before you confirm")
	text("a list of many")
	merged, err := json.Marshal(hostile())
	if err != nil {
		t.Fatal(err)
	}
	cfg := page.OpenConfiguration(tab).Turn("Import and export")
	cfg.Import(string(merged))
	cfg.Headed("What the import would change")
	text("an import")
}
