package handlers

import (
	"net/http"
	"slices"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/contract"
)

// unsendable is why the explorer does not send an operation, or empty when it does.
func unsendable(op contract.Operation) string {
	switch {
	case op.Secret && op.Method == http.MethodGet:
		return "Its answer can hold a secret, so it is not shown here."
	case slices.Contains([]string{"impact", "policy"}, op.ID):
		return "It changes nothing, but it takes a body, so it is not sent from here."
	case op.Method != http.MethodGet:
		return "It changes something, so it is not sent from here."
	}
	return ""
}

// doneAt is where the dashboard does what an operation of an API does. Its zero value
// is nowhere.
func doneAt(api string, op contract.Operation) views.Link {
	if link, ok := operationPlaces()[op.ID]; ok {
		return link
	}
	return sectionPlaces()[api+" "+op.Section]
}

// sectionPlaces are the pages about what a section of an API is about.
func sectionPlaces() map[string]views.Link {
	return map[string]views.Link{
		"authorization groups":        {Label: "Groups", URL: urls.Groups},
		"authorization roles":         {Label: "Roles", URL: urls.Roles},
		"authorization permissions":   {Label: "Permissions", URL: urls.Permissions},
		"authorization users":         {Label: "Users", URL: urls.Users},
		"authorization configuration": {Label: "Configuration", URL: urls.Configuration},
		"authorization directory":     {Label: "Machine clients", URL: urls.Machines},
		"management user permissions": {Label: "Users, Permissions", URL: urls.Users},
		"management resource servers": {Label: "Users, Permissions", URL: urls.Users},
		"management accounts":         {Label: "People", URL: urls.People},
		"management tenant":           {Label: "Machine clients", URL: urls.Machines},
	}
}

// operationPlaces are the pages of operations that have one of their own.
func operationPlaces() map[string]views.Link {
	access := views.Link{Label: "API access", URL: urls.APIAccess}
	transfer := views.Link{Label: "Import and export", URL: urls.Transfer}
	return map[string]views.Link{
		"createGroup":          {Label: "New group", URL: urls.NewGroup},
		"createPermission":     {Label: "New permission", URL: urls.NewPermission},
		"impact":               {Label: "Groups, in every dialog that changes one", URL: urls.Groups},
		"replaceUser":          {},
		"dropUser":             {},
		"policy":               {Label: "Users, Effective access", URL: urls.Users},
		"rotateAPIKey":         {Label: "Rotate key", URL: urls.APIKey},
		"exportTenant":         transfer,
		"importTenant":         transfer,
		"restoreSnapshot":      transfer,
		"createResourceServer": access,
		"updateResourceServer": access,
		"deleteResourceServer": access,
	}
}
