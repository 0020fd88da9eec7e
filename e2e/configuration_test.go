package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"trellis/e2e/page"
)

// The rows of the old dashboard's Configuration: token contents, passthrough and
// persistence.
func TestConfigurationTokenContentsPassthroughPersistence(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		cfg := page.OpenConfiguration(visitAs(t, administrator, l))
		cfg.Set("Groups", true)
		cfg.Set("Roles of the connection", true)
		cfg.Set("Keep permissions", false)
		cfg.Save()
		cfg.Tells("Changes saved")
		cfg.Reload()
		cfg.Has("Groups", true)
		cfg.Has("Roles of the connection", true)
		cfg.Has("Keep permissions", false)
	})
}

// Two people save the switches: the second sees both versions, and chooses.
func TestTokenContentsOfTwoPeople(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		prepared.authz(t, http.MethodPatch, "/configuration", map[string]bool{"permissionsInToken": false}, nil)
		cfg := page.OpenConfiguration(visitAs(t, administrator, l))
		cfg.Set("Roles", true)
		prepared.authz(t, http.MethodPatch, "/configuration", map[string]bool{"permissionsInToken": true, "rolesInToken": false}, nil)
		cfg.Save()
		cfg.Headed("Somebody else changed these settings")
		cfg.Says("Token contents: Permissions")
		cfg.ConfirmImport("Keep mine")
		cfg.Tells("Changes saved")
		cfg.Has("Roles", true)
		cfg.Has("Permissions", false)
	})
}

// The row ApiKey: it is asked about, shown once, and works.
func TestConfigurationApiKey(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		prepared.authz(t, http.MethodPatch, "/configuration/rotate-apikey", nil, nil)
		cfg := page.OpenConfiguration(visitAs(t, administrator, l))
		cfg.Follow("Rotate key")
		cfg.Asks("Rotate the API key?", "Every login Action that has it gets no groups, roles or permissions")
		cfg.Confirm("Rotate key")
		key := cfg.Secret("API key")
		if strings.Contains(cfg.Page().URL(), key) {
			t.Error("the address holds the key")
		}
		cfg.Leave("Done")
		cfg.Says("There is a key")

		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, trellis.base+"/api/users/auth0%7Cx/policy/app", strings.NewReader(`{"connectionName":"c","groups":[]}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-api-key", key)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("the policy call with the new key: %d", res.StatusCode)
		}
	})
}

// The row Settings of the old dashboard's API.
func TestAPITabSettings(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		cfg := page.OpenConfiguration(visitAs(t, administrator, l)).Turn("API access")
		cfg.Says("urn:auth0-authz-api")
		cfg.Says(trellis.base + "/api")
		cfg.Type("Token lifetime in seconds", "soon")
		cfg.Save()
		cfg.Says("Type a whole number of seconds between 1 and 2,592,000.")
		cfg.Type("Token lifetime in seconds", "7200")
		cfg.Save()
		cfg.Tells("Changes saved")
		cfg.Has("Machines get tokens", true)
	})
}

// The row Publish Rule: rules are gone, so there is code for a login Action.
func TestConfigurationPublishRule(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		prepared.authz(t, http.MethodPatch, "/configuration", map[string]bool{"groupsInToken": true}, nil)
		cfg := page.OpenConfiguration(visitAs(t, administrator, l)).Turn("Login Action")
		cfg.CodeSays("api.idToken.setCustomClaim(`${NAMESPACE}groups`, policy.groups);")
		cfg.Type("Namespace of the claims", "https://claims.example/")
		cfg.Press("Enter")
		cfg.CodeSays(`const NAMESPACE = "https://claims.example/";`)
	})
}

// The row Import / Export: what would change is seen first, and is what happens.
func TestConfigurationImportExport(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		cfg := page.OpenConfiguration(visitAs(t, administrator, l)).Turn("Import and export")
		var document map[string]any
		if err := json.Unmarshal([]byte(cfg.Download("Export")), &document); err != nil {
			t.Fatal(err)
		}
		name := prepared.name("Imported")
		merged, err := json.Marshal(map[string]any{"groups": []any{map[string]any{
			"_id": "5b6e1f0e-9d8c-4a51-9a4e-0f6f2f6d1c" + name[len(name)-2:], "name": name, "description": "Comes with a document", "members": []string{},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Import("no JSON")
		cfg.Says("This file is not JSON.")
		cfg.Import(string(merged))
		cfg.Headed("What the import would change")
		cfg.RowSays("Groups", "1")
		cfg.ConfirmImport("Import")
		cfg.Tells("Imported")
		groups := page.OpenGroups(cfg.Tab)
		groups.Search(name)
		groups.Shows(name)
	})
}

// A machine client is added with its scopes, gets tokens with the secret that was
// shown, is given another secret, and goes.
func TestMachineClients(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Nightly sync")
		cfg := page.OpenConfiguration(visitAs(t, administrator, l)).Turn("Machine clients")
		cfg.Follow("Add machine client")
		cfg.TypeInForm("Name", name)
		cfg.Confirm("Add client")
		cfg.Says("Choose at least one scope.")
		cfg.CheckInForm("read:groups")
		cfg.Confirm("Add client")
		secret := cfg.Secret("Client secret")
		cfg.Leave("Done")
		cfg.RowSays(name, "Authorization API: 1 scope")

		cfg.Follow("Rotate the secret of " + name)
		cfg.Confirm("Rotate secret")
		if again := cfg.Secret("Client secret"); again == secret {
			t.Error("the secret is the old one")
		}
		cfg.Leave("Done")
		cfg.Follow("Change what " + name + " may do")
		cfg.CheckInForm("read:roles")
		cfg.Confirm("Save scopes")
		cfg.Tells("Scopes saved")
		cfg.RowSays(name, "Authorization API: 2 scopes")
		cfg.Follow("Delete " + name)
		cfg.Confirm("Delete client")
		cfg.Tells("Machine client deleted")
		cfg.Lacks(name)
	})
}

// Somebody is let in, signs in with the password that was shown, and is let in no
// more.
func TestPeopleWhoMaySignIn(t *testing.T) {
	both(t, func(t *testing.T, l look) {
		name := prepared.name("Eve Newcomer")
		email := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@test.example"
		cfg := page.OpenConfiguration(visitAs(t, administrator, l)).Turn("People")
		cfg.Follow("Add person")
		cfg.TypeInForm("Email", "nobody")
		cfg.Confirm("Add person")
		cfg.Says("Type an email address.")
		cfg.TypeInForm("Email", email)
		cfg.TypeInForm("Name", name)
		cfg.Confirm("Add person")
		password := cfg.Secret("Password")
		cfg.Leave("Done")
		cfg.RowSays(name, "Auditor")

		newcomer := visit(t, l)
		page.SignIn(newcomer).With(email, password)
		newcomer.Headed("Overview")

		cfg.Follow("Remove " + name)
		cfg.Confirm("Remove person")
		cfg.Tells("Person removed")
		cfg.Lacks(name)
	})
}
