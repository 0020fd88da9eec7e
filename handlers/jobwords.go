package handlers

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/bulk"
	"trellis/web/session"
)

// taskWords is how people speak of a kind of job. %s is the group or the role.
type taskWords struct {
	noun, nav, scope     string
	title                string
	submit               string // one verb and its object for the button; %d is "12 users"
	planned, done, doing string
	consequence          string
	danger               bool
}

var tasks = map[bulk.Kind]taskWords{
	bulk.AddMembers: {
		noun: "user", nav: urls.Groups, scope: updateGroups, title: "Add users to %s", submit: "Add %d",
		planned: "Will be added", done: "Added", doing: "Adding", consequence: "They get the roles of this group and of every group above it.",
	},
	bulk.RemoveMembers: {
		noun: "member", nav: urls.Groups, scope: updateGroups, title: "Remove members from %s", submit: "Remove %d", danger: true,
		planned: "Will be removed", done: "Removed", doing: "Removing",
		consequence: "The roles that this membership gives go with it, unless another group gives them too.",
	},
	bulk.GiveRole: {
		noun: "user", nav: urls.Roles, scope: giveRoles, title: "Give %s to users", submit: "Give to %d",
		planned: "Will get it", done: "Given", doing: "Giving", consequence: "They hold it directly, whatever their groups give them.",
	},
	bulk.TakeRole: {
		noun: "user", nav: urls.Roles, scope: giveRoles, title: "Take %s from users", submit: "Take from %d", danger: true,
		planned: "Will lose it", done: "Taken", doing: "Taking",
		consequence: "What only this role lets them do is no longer allowed. Who is in a group that gives it keeps it.",
	},
	bulk.RoleToGroups: {
		noun: "group", nav: urls.Groups, scope: updateGroups, title: "Give %s to groups", submit: "Give to %d",
		planned: "Will give it", done: "Given", doing: "Giving", consequence: "Every member gets it, those of nested groups too.",
	},
	bulk.NestGroups: {
		noun: "group", nav: urls.Groups, scope: updateGroups, title: "Nest groups in %s", submit: "Nest %d",
		planned: "Will be nested", done: "Nested", doing: "Nesting", consequence: "Their members become members of this group, and get its roles.",
	},
	bulk.DeleteGroups: {
		noun: "group", nav: urls.Groups, scope: deleteGroups, title: "Delete groups", submit: "Delete %d", danger: true,
		planned: "Will be deleted", done: "Deleted", doing: "Deleting", consequence: "This can't be undone.",
	},
	bulk.DeleteRoles: {
		noun: "role", nav: urls.Roles, scope: deleteRoles, title: "Delete roles", submit: "Delete %d", danger: true,
		planned: "Will be deleted", done: "Deleted", doing: "Deleting", consequence: "This can't be undone.",
	},
	bulk.DeletePermissions: {
		noun: "permission", nav: urls.Permissions, scope: deletePermissions, title: "Delete permissions", submit: "Delete %d", danger: true,
		planned: "Will be deleted", done: "Deleted", doing: "Deleting", consequence: "This can't be undone.",
	},
}

func scopeOf(k bulk.Kind) string { return tasks[k].scope }

func navOf(k bulk.Kind) string { return tasks[k].nav }

// targetNoun is what a job of this kind has yet to be told.
func targetNoun(k bulk.Kind) string {
	if k == bulk.AddMembers || k == bulk.RemoveMembers || k == bulk.NestGroups {
		return "group"
	}
	return "role"
}

// titleOf says what j does.
func titleOf(j bulk.Job) string {
	name := j.Task.Name
	if j.Task.NeedsTarget() {
		name = "a " + targetNoun(j.Task.Kind)
	}
	return strings.Replace(tasks[j.Task.Kind].title, "%s", name, 1)
}

// chooseTitle asks for the group or the role of j.
func chooseTitle(j bulk.Job) string {
	n := count(len(j.Lines), tasks[j.Task.Kind].noun)
	if j.Task.Kind == bulk.NestGroups {
		return "Nest " + n + " in a group"
	}
	if targetNoun(j.Task.Kind) == "group" {
		return "Add " + n + " to a group"
	}
	return "Give a role to " + n
}

// textOf says what j comes to.
func textOf(j bulk.Job) string {
	switch j.State {
	case bulk.Finished, bulk.Cancelled:
		return ""
	case bulk.Ready:
		return tasks[j.Task.Kind].consequence + " Nothing is changed before you confirm."
	}
	return tasks[j.Task.Kind].consequence
}

// stateWords is the state of j, and the kind of tag that it has.
func stateWords(j bulk.Job) (kind, words string) {
	switch j.State {
	case bulk.Checking:
		return views.Via, "Looking at the list"
	case bulk.Ready:
		return views.Via, "Not begun"
	case bulk.Running:
		return views.Via, tasks[j.Task.Kind].doing
	case bulk.Paused:
		return views.Warn, "Stopped"
	case bulk.Cancelled:
		return views.Warn, "Cancelled"
	}
	if j.Count(bulk.Failed) > 0 {
		return views.Bad, "Finished, not all of it"
	}
	return views.Good, "Finished"
}

// statusWords is what a screen reader is told of the progress: ten times at most.
func statusWords(j bulk.Job) string {
	_, state := stateWords(j)
	if !j.Busy() {
		return state + ". " + countWords(j)
	}
	done, all := j.Progress()
	return state + ": " + strconv.Itoa(done*10/max(all, 1)*10) + " %"
}

// countWords says how many lines come to what.
func countWords(j bulk.Job) string {
	var parts []string
	for _, v := range bulk.Verdicts {
		if n := j.Count(v); n > 0 {
			_, words := verdictWords(j.Task.Kind, v)
			parts = append(parts, number(n)+" "+strings.ToLower(words[:1])+words[1:])
		}
	}
	return strings.Join(parts, ", ")
}

// verdictWords is what becomes of a line, and the kind of tag that it has.
func verdictWords(k bulk.Kind, v bulk.Verdict) (kind, words string) {
	switch v {
	case bulk.Planned:
		return views.Via, tasks[k].planned
	case bulk.Done:
		return views.Good, tasks[k].done
	case bulk.Already:
		return "", "Nothing to do"
	case bulk.Unknown:
		return views.Bad, "Not known"
	case bulk.Ambiguous:
		return views.Warn, "Several users"
	case bulk.Duplicate:
		return views.Warn, "Twice in the list"
	case bulk.Invalid:
		return views.Bad, "Not valid"
	case bulk.Refused:
		if k == bulk.NestGroups {
			return views.Warn, "Not possible"
		}
		return views.Warn, "In use"
	case bulk.Failed:
		return views.Bad, "Failed"
	}
	return "", "Not looked at yet"
}

func lineWords(j bulk.Job, l bulk.Line) views.JobLine {
	out := views.JobLine{Number: strconv.Itoa(l.Number), Text: l.Text, Reason: l.Reason}
	if l.Label != l.Text {
		out.Label = l.Label
	}
	out.Kind, out.Verdict = verdictWords(j.Task.Kind, l.Verdict)
	return out
}

// ambiguous words the lines whose e-mail several users have.
func ambiguous(j bulk.Job) (out []views.JobChoice) {
	for _, l := range j.Lines {
		if l.Verdict != bulk.Ambiguous {
			continue
		}
		choice := views.JobChoice{Name: "choice-" + strconv.Itoa(l.Number), Text: "Line " + strconv.Itoa(l.Number) + ": " + l.Text}
		for _, c := range l.Choices {
			choice.Options = append(choice.Options, views.Option{Value: c.ID, Label: c.Label + ", " + c.ID})
		}
		out = append(out, choice)
	}
	return out
}

// startOf is the button that begins j, or goes on with it; none when nothing is
// left to do.
func (h Jobs) startOf(c echo.Context, j bulk.Job) views.JobButton {
	words, planned := tasks[j.Task.Kind], j.Count(bulk.Planned)
	b := views.JobButton{URL: urls.ToJobStart(j.ID), Danger: words.danger, Refusal: needs(c, session.Authorization, words.scope)}
	switch {
	case j.Busy() || j.State == bulk.Finished:
		return views.JobButton{}
	case !j.Checked:
		b.Label, b.Danger = "Go on", false
	case planned == 0 && j.Count(bulk.Ambiguous) == 0:
		return views.JobButton{}
	case planned == 0:
		b.Label, b.Danger = "Look at them again", false
	case j.State == bulk.Ready:
		b.Label = strings.Replace(words.submit, "%d", count(planned, words.noun), 1)
	default:
		b.Label = "Go on with " + count(planned, words.noun)
	}
	return b
}

// alsoOf is the button that begins j and does more than the plain one: it lets the
// group wait for the emails that nobody has, or takes what is in use out first.
// There is none when there is nothing of both.
func alsoOf(c echo.Context, j bulk.Job) views.JobButton {
	waits, words := j.Awaitable(), tasks[j.Task.Kind]
	if used := j.Releasable(); j.State == bulk.Ready && used > 0 {
		return releaseOf(c, j, used)
	}
	if j.State != bulk.Ready || waits == 0 {
		return views.JobButton{}
	}
	b := views.JobButton{Name: "await", URL: urls.ToJobStart(j.ID), Label: "Keep " + count(waits, "email") + " as pending", Refusal: needs(c, session.Authorization, words.scope)}
	if planned := j.Count(bulk.Planned); planned > 0 {
		b.Label = strings.Replace(words.submit, "%d", count(planned, words.noun), 1) + ", keep " + count(waits, "email") + " as pending"
	}
	return b
}

// releaseOf is the button that deletes what is in use too.
func releaseOf(c echo.Context, j bulk.Job, used int) views.JobButton {
	words, scope, from := tasks[j.Task.Kind], updateGroups, "its groups"
	if j.Task.Kind == bulk.DeletePermissions {
		scope, from = updateRoles, "its roles"
	}
	b := views.JobButton{
		Name: "release", URL: urls.ToJobStart(j.ID), Danger: true,
		Label:   "Take what is in use out of " + from + ", and delete " + count(used+j.Count(bulk.Planned), words.noun),
		Refusal: needs(c, session.Authorization, words.scope),
	}
	if b.Refusal == "" {
		b.Refusal = needs(c, session.Authorization, scope)
	}
	return b
}

// againOf is the button that tries what failed once more.
func againOf(c echo.Context, j bulk.Job) views.JobButton {
	failed := j.Count(bulk.Failed)
	if failed == 0 || j.Busy() {
		return views.JobButton{}
	}
	return views.JobButton{
		URL: urls.ToJobAgain(j.ID), Label: "Try " + number(failed) + " again", Refusal: needs(c, session.Authorization, tasks[j.Task.Kind].scope),
	}
}
