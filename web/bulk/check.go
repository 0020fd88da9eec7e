package bulk

import (
	"context"
	"strconv"
	"strings"
)

// check finds out what each line means, and what doing it would change.
func (r *Runner) check(ctx context.Context, live *run) error {
	j := live.copy()
	var open []int
	for i, l := range j.Lines {
		if l.Verdict == "" && l.ID == "" {
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		part := open[:min(lookups, len(open))]
		open = open[len(part):]
		if err := r.lookUp(ctx, live, part); err != nil {
			return err
		}
	}
	var held map[string]bool
	err := r.patiently(ctx, live, func() (err error) {
		held, err = r.Steps.Held(ctx, j.Task)
		return err
	})
	if err != nil {
		return err
	}
	live.change(func(j *Job) { j.judge(held) })
	return nil
}

// lookUp asks whom the lines of part mean.
func (r *Runner) lookUp(ctx context.Context, live *run, part []int) error {
	if _, err := r.Store.Reload(ctx); err != nil {
		return err
	}
	j := live.copy()
	texts := make([]string, len(part))
	for i, at := range part {
		texts[i] = j.Lines[at].Text
	}
	var found map[string][]Choice
	err := r.patiently(ctx, live, func() (err error) {
		found, err = r.Steps.Find(ctx, texts)
		return err
	})
	if err != nil {
		return err
	}
	live.change(func(j *Job) {
		for _, at := range part {
			j.Lines[at].means(found)
		}
	})
	return nil
}

// means settles whom the line means.
func (l *Line) means(found map[string][]Choice) {
	who := found[l.Text]
	if isEmail(l.Text) {
		who = found[strings.ToLower(l.Text)]
	}
	switch len(who) {
	case 0:
		l.Verdict, l.Reason = Unknown, "No user has this ID."
		if isEmail(l.Text) {
			l.Reason = "No user has this email."
		}
	case 1:
		l.ID, l.Label = who[0].ID, who[0].Label
	default:
		l.Verdict, l.Choices = Ambiguous, who
		l.Reason = strconv.Itoa(len(who)) + " users have this email. Choose one, or it is left out."
	}
}

// judge gives every line that means something its verdict. held is what the target
// has now.
func (j *Job) judge(held map[string]bool) {
	first := map[string]int{}
	for i := range j.Lines {
		l := &j.Lines[i]
		if l.ID != "" && (l.Verdict == Planned || l.Verdict == Already) {
			first[l.ID] = l.Number
		}
	}
	for i := range j.Lines {
		l := &j.Lines[i]
		if l.Verdict != "" {
			continue
		}
		if at, twice := first[l.ID]; twice {
			l.Verdict, l.Reason = Duplicate, "The same as line "+strconv.Itoa(at)+"."
			continue
		}
		first[l.ID] = l.Number
		l.Verdict = Planned
		if reason := already(j.Task.Kind, held[l.ID]); reason != "" {
			l.Verdict, l.Reason = Already, reason
		}
	}
	j.Checked = true
}

// already is why nothing is to be done about what the target holds or does not.
func already(k Kind, held bool) string {
	switch {
	case k == AddMembers && held:
		return "Already a member."
	case k == RemoveMembers && !held:
		return "Not a member."
	case k == GiveRole && held:
		return "Has the role already."
	case k == TakeRole && !held:
		return "Does not hold the role."
	case k == NestGroups && held:
		return "Nested there already."
	case k == RoleToGroups && held:
		return "Gives the role already."
	}
	return ""
}
