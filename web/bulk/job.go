package bulk

import (
	"crypto/rand"
	"slices"
	"time"
)

// Kind is what a job does with its lines.
type Kind string

// The kinds of jobs.
const (
	AddMembers        Kind = "add members"
	RemoveMembers     Kind = "remove members"
	GiveRole          Kind = "give role"
	TakeRole          Kind = "take role"
	RoleToGroups      Kind = "role to groups"
	NestGroups        Kind = "nest groups"
	DeleteGroups      Kind = "delete groups"
	DeleteRoles       Kind = "delete roles"
	DeletePermissions Kind = "delete permissions"

	// Parts of others: of AddMembers the emails, and of DeleteRoles and
	// DeletePermissions what is in use and is taken out first.
	AddPending            Kind = "add pending"
	DeleteUsedRoles       Kind = "delete used roles"
	DeleteUsedPermissions Kind = "delete used permissions"
)

// Task is what a job does, and to what.
type Task struct {
	Kind   Kind
	Target string // the id of the group or the role; empty when there is none, or none yet
	Name   string // what the target is called
	Back   string // the page that the person came from
}

// NeedsTarget reports whether the task cannot begin before a group or a role is
// chosen for it.
func (t Task) NeedsTarget() bool {
	return t.Target == "" && slices.Contains([]Kind{AddMembers, GiveRole, RoleToGroups, NestGroups}, t.Kind)
}

// part is how many lines one call takes. What has no call for many takes one each.
func (t Task) part() int {
	switch t.Kind {
	case AddMembers, AddPending, RemoveMembers, GiveRole, TakeRole, NestGroups:
		return 100
	default:
		return 1
	}
}

// Verdict is what becomes of a line.
type Verdict string

// The verdicts. A line has none until it has been looked at.
const (
	Planned   Verdict = "planned"
	Already   Verdict = "already" // nothing is to be done
	Unknown   Verdict = "unknown"
	Ambiguous Verdict = "ambiguous"
	Duplicate Verdict = "duplicate"
	Invalid   Verdict = "invalid"
	Refused   Verdict = "refused" // it cannot be done as things are
	Done      Verdict = "done"
	Failed    Verdict = "failed"
)

// Verdicts are all of them, in the order in which people are told.
var Verdicts = []Verdict{Done, Planned, Failed, Already, Refused, Ambiguous, Unknown, Duplicate, Invalid}

// Choice is one of those whom a line may mean.
type Choice struct{ ID, Label string }

// Line is one line of a job.
type Line struct {
	Number  int    // in the list that somebody pasted, from 1
	Text    string // what stands there
	ID      string // what it means
	Label   string // what that is called
	Choices []Choice
	Verdict Verdict
	Reason  string
	Awaited bool // an email that nobody has yet, added as a pending member
	Release bool // in use, and taken out of what uses it first
}

// State is how far a job has come.
type State string

// The states of a job.
const (
	Checking  State = "checking" // finding out what each line means
	Ready     State = "ready"    // to be looked at, and begun
	Running   State = "running"
	Paused    State = "paused" // can be taken up again
	Cancelled State = "cancelled"
	Finished  State = "finished"
)

// Job is a change of many things.
type Job struct {
	ID      string
	Task    Task
	State   State
	Checked bool   // every line has a verdict
	Why     string // why it is paused, or waits
	Lines   []Line
	Begun   time.Time
	Changed time.Time
}

// New is a job that has yet to be checked.
func New(task Task, lines []Line, now time.Time) Job {
	return Job{ID: rand.Text(), Task: task, State: Checking, Lines: lines, Begun: now, Changed: now}
}

// Busy reports whether somebody is at work on j, or should be.
func (j Job) Busy() bool { return j.State == Checking || j.State == Running }

// Count is how many lines have verdict.
func (j Job) Count(verdict Verdict) int {
	n := 0
	for i := range j.Lines {
		if j.Lines[i].Verdict == verdict {
			n++
		}
	}
	return n
}

// Progress is how many lines are through the phase that j is in, of how many.
func (j Job) Progress() (done, all int) {
	if !j.Checked {
		return len(j.Lines) - j.Count(""), len(j.Lines)
	}
	done = j.Count(Done) + j.Count(Failed)
	return done, done + j.Count(Planned)
}

// Choose settles lines that may mean several: number says which line, and id whom
// it means. What is no choice of the line changes nothing.
func (j *Job) Choose(chosen map[int]string) {
	for i := range j.Lines {
		l := &j.Lines[i]
		at := slices.IndexFunc(l.Choices, func(c Choice) bool { return c.ID == chosen[l.Number] })
		if l.Verdict != Ambiguous || at < 0 {
			continue
		}
		l.ID, l.Label, l.Verdict, l.Reason = l.Choices[at].ID, l.Choices[at].Label, "", ""
		j.Checked = false
	}
}

// Awaitable is how many lines are emails that nobody has, which a group can wait for.
func (j Job) Awaitable() int {
	n := 0
	for i := range j.Lines {
		if j.awaitable(j.Lines[i]) {
			n++
		}
	}
	return n
}

func (j Job) awaitable(l Line) bool {
	return j.Task.Kind == AddMembers && l.Verdict == Unknown && isEmail(l.Text)
}

// Await lets the group wait for the emails that nobody has.
func (j *Job) Await() {
	for i := range j.Lines {
		if l := &j.Lines[i]; j.awaitable(*l) {
			l.ID, l.Verdict, l.Reason, l.Awaited = l.Text, Planned, "Kept as pending.", true
		}
	}
}

// Releasable is how many lines are refused only because something uses what they
// mean.
func (j Job) Releasable() int {
	n := 0
	for i := range j.Lines {
		if j.releasable(j.Lines[i]) {
			n++
		}
	}
	return n
}

func (j Job) releasable(l Line) bool {
	return (j.Task.Kind == DeleteRoles || j.Task.Kind == DeletePermissions) && l.Verdict == Refused
}

// ReleaseUses lets what is in use be taken out first, and go too.
func (j *Job) ReleaseUses() {
	for i := range j.Lines {
		if l := &j.Lines[i]; j.releasable(*l) {
			l.Verdict, l.Release = Planned, true
		}
	}
}

// Again makes the lines that failed wait for another try.
func (j *Job) Again() {
	for i := range j.Lines {
		if j.Lines[i].Verdict == Failed {
			j.Lines[i].Verdict, j.Lines[i].Reason = Planned, ""
		}
	}
}

// clone is j with lines of its own.
func (j Job) clone() Job {
	j.Lines = slices.Clone(j.Lines)
	return j
}
