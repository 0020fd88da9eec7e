package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// machine is a client of the APIs with a token of its own.
type machine struct {
	s     serving
	token string
}

// machine adds a client on the command line, while the server runs, and gets
// it a token for the Management API.
func (s serving) machine() machine {
	s.t.Helper()
	return s.machineOf(trellis(s.t, "client", "add", "ci", "--all-scopes", "--json", "--data", "data").ok(s.t).out)
}

// machineOf gets a token for the client that --json printed.
func (s serving) machineOf(printed string) machine {
	s.t.Helper()
	var c created
	if err := json.Unmarshal([]byte(printed), &c); err != nil {
		s.t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	machine{s: s}.call(http.MethodPost, "/oauth/token", map[string]string{
		"grant_type": "client_credentials", "client_id": c.ID, "client_secret": c.Secret, "audience": s.base + "/api/v2/",
	}, &answer)
	return machine{s: s, token: answer.Token}
}

// call sends in as JSON and reads the answer into out.
func (m machine) call(method, path string, in, out any) {
	t := m.s.t
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, m.s.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+m.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		text, _ := io.ReadAll(res.Body)
		t.Fatalf("%s %s: %s %s", method, path, res.Status, text)
	}
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
}

// held is one permission that a user has.
type held struct {
	API  string `json:"resource_server_identifier"`
	Name string `json:"permission_name"`
}

// permissions is the direct permissions of the user with id.
func (m machine) permissions(id string) []held {
	m.s.t.Helper()
	var out []held
	m.call(http.MethodGet, "/api/v2/users/"+url.PathEscape(id)+"/permissions", nil, &out)
	return out
}

// somebody is a user who has a permission, and no role that could give it.
func (m machine) somebody() (id string, permission held) {
	m.s.t.Helper()
	var users []struct {
		ID string `json:"user_id"`
	}
	m.call(http.MethodGet, "/api/v2/users?per_page=100", nil, &users)
	for _, u := range users {
		var roles []any
		m.call(http.MethodGet, "/api/v2/users/"+url.PathEscape(u.ID)+"/roles", nil, &roles)
		if all := m.permissions(u.ID); len(all) > 0 && len(roles) == 0 {
			return u.ID, all[0]
		}
	}
	m.s.t.Fatal("nobody in the sample organisation has a direct permission")
	return "", held{}
}
