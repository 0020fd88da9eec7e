package handlers

import (
	"cmp"
	"strings"
	"time"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/authz"
)

// deeds words the actions of the journal, as what somebody did. "#" stands for
// how many, with the noun after it in plural or not.
var deeds = map[string]string{
	"group.create": "created the group", "group.update": "changed the group", "group.delete": "deleted the group",
	"group.members.add": "added # member|s to", "group.members.remove": "removed # member|s from",
	"group.nested.add": "nested # group|s in", "group.nested.remove": "took # nested group|s out of",
	"group.roles.add": "gave # role|s to the group", "group.roles.remove": "took # role|s from the group",
	"group.mappings.add": "added # mapping|s to", "group.mappings.remove": "removed # mapping|s from",
	"group.pending.add": "added # email|s to", "group.pending.remove": "removed # email|s from", "group.pending.resolve": "made # awaited user|s a member of",
	"role.create": "created the role", "role.update": "changed the role", "role.delete": "deleted the role",
	"role.users.add": "gave # user|s the role", "role.users.remove": "took from # user|s the role",
	"permission.create": "created the permission", "permission.update": "changed the permission", "permission.delete": "deleted the permission",
	"core_role.create": "created the tenant role", "core_role.update": "changed the tenant role", "core_role.delete": "deleted the tenant role",
	"core_role.permissions.add": "added # permission|s to the tenant role", "core_role.permissions.remove": "removed # permission|s from the tenant role",
	"core_role.users.add": "gave # user|s the tenant role", "core_role.users.remove": "took from # user|s the tenant role",
	"user.create": "added the user", "user.update": "changed the user", "user.delete": "deleted the user",
	"user.permissions.add": "gave # permission|s to", "user.permissions.remove": "took # permission|s from",
	"client.create": "added the client", "client.update": "changed the client", "client.delete": "deleted the client",
	"account.create": "added the account of", "account.update": "changed the account of", "account.delete": "removed the account of", "account.password": "set a password for",
	"connection.create": "added the connection", "connection.update": "changed the connection",
	"resource_server.create": "added the API", "resource_server.update": "changed the API",
	"configuration.update": "changed what goes into tokens", "configuration.apikey.rotate": "rotated the API key",
	"api_access.update": "changed the access of machines", "fill": "filled the tenant",
	"import": "imported a document", "import.restore": "restored a snapshot",
}

// changeList words a part of the journal, or why there is none.
func changeList(found authz.Changes, err error, now time.Time) views.ChangeList {
	list := views.ChangeList{Problem: wentWrong(err)}
	if unknownHere(err) {
		list.Problem = "This tenant's API keeps no journal that could be read here."
	}
	for _, ch := range found.Changes {
		list.Rows = append(list.Rows, views.ChangeRow{
			Who: who(ch), Deed: deed(ch), Object: object(ch), URL: objectURL(ch), When: moment(ch.At, now),
		})
	}
	if len(list.Rows) > 0 {
		list.All = urls.Changes
	}
	return list
}

// who is what to call who made a change.
func who(ch authz.Change) string {
	return cmp.Or(ch.Actor.Name, strings.TrimSuffix(ch.Actor.Subject, "@clients"), ch.Actor.Client, "Somebody")
}

// deed words what was done. An action that is newer than this page stands as it is.
func deed(ch authz.Change) string {
	text, ok := deeds[ch.Action]
	if !ok {
		return ch.Action
	}
	if strings.Contains(text, "#") {
		n := max(ch.Items, 1)
		plural := "s"
		if n == 1 {
			plural = ""
		}
		text = strings.NewReplacer("#", number(n), "|s", plural).Replace(text)
	}
	return text
}

// object is what to call what was changed. What the words of the deed name already
// has none.
func object(ch authz.Change) string {
	switch ch.Object.Kind {
	case "configuration", "tenant":
		return ""
	}
	return firstSeen(ch.Object.Name, ch.Object.ID)
}

// objectURL is the page of what was changed, if it can still have one.
func objectURL(ch authz.Change) string {
	if strings.HasSuffix(ch.Action, ".delete") || ch.Object.ID == "" {
		return ""
	}
	switch ch.Object.Kind {
	case "group":
		return urls.ToGroup(ch.Object.ID)
	case "role":
		return urls.ToRole(ch.Object.ID)
	case "permission":
		return urls.ToPermission(ch.Object.ID)
	case "user":
		return urls.ToUser(ch.Object.ID)
	case "configuration":
		return urls.Configuration
	}
	return ""
}
