package authzapi_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/store"
)

// scenario is what a client and the Authorization Extension said to each other.
type scenario struct {
	Scenario string
	Setup    struct{ Import json.RawMessage }
	Steps    []step
}

type step struct {
	Name    string
	Request struct {
		Method, Path string
		Auth         credential
		Headers      map[string]*string
		Body         any
		Raw          *string
		RawRepeat    *struct {
			Prefix, Text, Suffix string
			Times                int
		} `json:"raw_repeat"`
	}
	Capture   map[string]string
	Unordered []string
	Response  struct {
		Status  int
		Body    any
		Headers map[string]string
	}
}

// scenarios is every recorded scenario.
var scenarios = []string{
	"auth", "auth_scopes", "configuration", "group_roles", "groups", "import_export", "mappings", "members", "nesting",
	"permissions", "policy", "policy_random", "protocol", "roles", "users",
}

// The recorded exchanges are repeated here, in order. What differs is in
// deviations, with a reason, and nothing else may; every row there is used.
func TestConformance(t *testing.T) {
	deviations := slices.Concat(deviations, wireDeviations, configurationDeviations, userDeviations, guardDeviations)
	each(t, func(t *testing.T, tn *tenant) { conform(t, tn, deviations, scenarios) })
}

// A tenant that lets callers give indirectly what they could not give directly
// answers as recorded there too.
func TestConformanceWithIndirectGrants(t *testing.T) {
	tn := startWith(t, store.Config{URL: filepath.Join(t.TempDir(), "trellis.db")}, authzapi.Config{IndirectGrants: true})
	touched := []string{"group_roles", "import_export", "roles", "users"}
	others := slices.DeleteFunc(slices.Concat(deviations, wireDeviations, configurationDeviations, userDeviations), func(d deviation) bool {
		return !slices.Contains(touched, d.scenario)
	})
	conform(t, tn, others, touched)
}

// conform repeats scenarios, in which every deviation has to occur.
func conform(t *testing.T, tn *tenant, deviations []deviation, scenarios []string) {
	used := map[string]bool{}
	for _, name := range scenarios {
		var s scenario
		readJSON(t, filepath.Join("testdata/transcripts", name+".json"), &s)
		t.Run(s.Scenario, func(t *testing.T) {
			loadDirectory(t, tn.store)
			if s.Setup.Import == nil {
				s.Setup.Import = json.RawMessage("{}")
			}
			if got := tn.send(t, "POST", "/configuration/import", string(s.Setup.Import)); got.status != http.StatusNoContent {
				t.Fatalf("the setup: %d %s", got.status, got.body)
			}
			replay(t, tn, s, deviations, used)
		})
	}
	for _, d := range deviations {
		if d.reason == "" {
			t.Errorf("the deviation at %s has no reason", d.key())
		}
		if !used[d.key()] {
			t.Errorf("no difference at %s: the deviation is not needed", d.key())
		}
	}
}

func replay(t *testing.T, tn *tenant, s scenario, deviations []deviation, used map[string]bool) {
	vars := map[string]string{}
	for i, st := range s.Steps {
		key := fmt.Sprintf("%s #%d %s", s.Scenario, i, st.Name)
		got, diff := repeat(t, tn, st, vars, st.Response.Status, st.Response.Body)
		if len(diff) == 0 {
			continue
		}
		at := slices.IndexFunc(deviations, func(d deviation) bool { return d.key() == key })
		if at < 0 {
			t.Errorf("%s: %s\n%d %s", key, strings.Join(diff, "; "), got.status, got.body)
			continue
		}
		used[key] = true
		d := deviations[at]
		var ours any
		if err := json.Unmarshal([]byte(cmp.Or(d.body, "null")), &ours); err != nil {
			t.Fatalf("%s: the deviation's body: %v", key, err)
		}
		if diff := differences(st, vars, d.status, ours, got.status, got.value(t)); len(diff) > 0 {
			t.Errorf("%s differs otherwise than its deviation says: %s\n%d %s", key, strings.Join(diff, "; "), got.status, got.body)
		}
		also := guardedSteps[key]
		if also == "" {
			continue
		}
		st.Request.Auth.Scopes = append(slices.Clone(st.Request.Auth.Scopes), strings.Fields(also)...)
		if got, diff := repeat(t, tn, st, vars, st.Response.Status, st.Response.Body); len(diff) > 0 {
			t.Errorf("%s, with %s: %s\n%d %s", key, also, strings.Join(diff, "; "), got.status, got.body)
		}
	}
}

// repeat sends a step, keeps in vars what it captures, and says how the answer differs
// from the one that is wanted.
func repeat(t *testing.T, tn *tenant, st step, vars map[string]string, status int, want any) (answer, []string) {
	t.Helper()
	got := send(t, tn, st, vars)
	body := got.value(t)
	for name, path := range st.Capture {
		if id, ok := at(body, path).(string); ok {
			vars[name] = id
		}
	}
	return got, append(differences(st, vars, status, want, got.status, body), otherHeaders(st, got)...)
}

// value is the body of an answer as JSON, or as the text that it is.
func (a answer) value(t *testing.T) any {
	t.Helper()
	var body any
	if a.body != "" && json.Unmarshal([]byte(a.body), &body) != nil {
		body = a.body
	}
	return body
}

// send asks what the step asked, with the ids of this run.
func send(t *testing.T, tn *tenant, st step, vars map[string]string) answer {
	t.Helper()
	h := http.Header{}
	if raw := token(t, tn.issuer, st.Request.Auth); raw != "" {
		h.Set("Authorization", "Bearer "+raw)
	}
	body := ""
	switch r := st.Request; {
	case r.Raw != nil:
		body, _ = fill(*r.Raw, vars).(string)
		h.Set("Content-Type", "application/json")
	case r.RawRepeat != nil:
		body = r.RawRepeat.Prefix + strings.Repeat(r.RawRepeat.Text, r.RawRepeat.Times) + r.RawRepeat.Suffix
		h.Set("Content-Type", "application/json")
	case r.Body != nil:
		b, err := json.Marshal(fill(r.Body, vars))
		if err != nil {
			t.Fatal(err)
		}
		body = string(b)
		h.Set("Content-Type", "application/json")
	}
	for name, value := range st.Request.Headers {
		if value == nil {
			h.Del(name)
			continue
		}
		filled, _ := fill(*value, vars).(string)
		h.Set(name, filled)
	}
	path, _ := fill(st.Request.Path, vars).(string)
	return tn.raw(t, st.Request.Method, path, body, h)
}

// otherHeaders tells which headers are not as recorded.
func otherHeaders(st step, got answer) []string {
	var out []string
	for name, want := range st.Response.Headers {
		if have := got.header.Get(name); have != want {
			out = append(out, fmt.Sprintf("header %s: %q, want %q", name, have, want))
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

// fill puts the ids of this run for the names of the transcript.
func fill(v any, vars map[string]string) any {
	switch v := v.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(m string) string {
			return cmp.Or(vars[m[2:len(m)-2]], m)
		})
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = fill(v[i], vars)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k := range v {
			out[k] = fill(v[k], vars)
		}
		return out
	}
	return v
}

var pathPart = regexp.MustCompile(`\.([\w-]+)|\[(\d+)\]|\[\?(\w+)=([^\]]*)\]`)

// at is what stands at a path such as $.groups[0]._id or $[?name=X]._id.
func at(v any, path string) any {
	for _, m := range pathPart.FindAllStringSubmatch(path, -1) {
		list, _ := v.([]any)
		switch {
		case m[1] != "":
			object, _ := v.(map[string]any)
			v = object[m[1]]
		case m[2] != "":
			var i int
			if _, err := fmt.Sscan(m[2], &i); err != nil || i >= len(list) {
				return nil
			}
			v = list[i]
		default:
			i := slices.IndexFunc(list, func(e any) bool {
				object, _ := e.(map[string]any)
				return fmt.Sprint(object[m[3]]) == m[4]
			})
			if i < 0 {
				return nil
			}
			v = list[i]
		}
	}
	return v
}

func differences(st step, vars map[string]string, wantStatus int, wantBody any, status int, body any) []string {
	if wantStatus != status {
		return []string{fmt.Sprintf("status %d, want %d", status, wantStatus)}
	}
	return compare("$", fill(wantBody, vars), body, st.Unordered)
}

// compare tells where got is not want. Lists named in unordered are compared as
// multisets.
func compare(path string, want, got any, unordered []string) []string {
	switch want := want.(type) {
	case string:
		if kind := placeholderKind(want, got); kind != nil {
			return compareKind(path, want, *kind)
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []string{fmt.Sprintf("%s: %s, want %s", path, show(got), show(want))}
		}
		return compareLists(path, want, list, unordered)
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: %s, want an object", path, show(got))}
		}
		return compareObjects(path, want, object, unordered)
	}
	if want != got {
		return []string{fmt.Sprintf("%s: %s, want %s", path, show(got), show(want))}
	}
	return nil
}

// placeholderKind reports whether want stands for a kind of value, and whether
// got is of it.
func placeholderKind(want string, got any) *bool {
	fits := false
	switch want {
	case "<any>":
		fits = true
	case "<hex64>":
		text, _ := got.(string)
		fits = hexForm.MatchString(text)
	case "<number>":
		_, fits = got.(float64)
	case "<uuid>":
		id, _ := got.(string)
		fits = uuidForm.MatchString(id)
	default:
		return nil
	}
	return &fits
}

var hexForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func compareKind(path, want string, fits bool) []string {
	if fits {
		return nil
	}
	return []string{path + ": not " + want}
}

func compareLists(path string, want, got []any, unordered []string) []string {
	inside := path + "[*]"
	if !slices.Contains(unordered, path) {
		var out []string
		for i := range want {
			out = append(out, compare(inside, want[i], got[i], unordered)...)
		}
		return out
	}
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g any) bool { return len(compare(inside, w, g, unordered)) == 0 })
		if i < 0 {
			return []string{fmt.Sprintf("%s: nothing like %s", path, show(w))}
		}
		left = slices.Delete(left, i, i+1)
	}
	return nil
}

func compareObjects(path string, want, got map[string]any, unordered []string) []string {
	var out []string
	for k, w := range want {
		g, ok := got[k]
		if !ok {
			out = append(out, path+"."+k+" is missing")
			continue
		}
		out = append(out, compare(path+"."+k, w, g, unordered)...)
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			out = append(out, path+"."+k+" is not expected")
		}
	}
	return out
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b[:min(len(b), 300)])
}

// loadDirectory fills the tenant's directory as it was when the exchanges were recorded.
func loadDirectory(t *testing.T, s *store.Store) {
	t.Helper()
	var directory struct {
		Users       []map[string]any
		Connections []store.Connection
		Clients     []store.DocumentClient
	}
	readJSON(t, "testdata/fixture.json", &directory)
	update(t, s, func(tx *store.Tx) error {
		for _, c := range directory.Connections {
			if err := tx.PutConnection(t.Context(), c); err != nil {
				return err
			}
		}
		for _, c := range directory.Clients {
			if err := tx.PutClient(t.Context(), store.Client(c)); err != nil {
				return err
			}
		}
		for _, u := range directory.Users {
			id, _ := u["user_id"].(string)
			if err := tx.PutUser(t.Context(), store.User{UserID: id, Profile: u}); err != nil {
				return err
			}
		}
		return nil
	})
}

func readJSON(t *testing.T, file string, out any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// update runs fn in a transaction that must succeed.
func update(t testing.TB, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
