package handlers

import (
	"context"
	"slices"
	"strings"

	"trellis/views"
	"trellis/web/mgmt"
)

// userChoices are the users chosen in p, and those that its search finds. Those in
// taken can't be chosen, and refusal says why. It also tells how many more the
// search finds.
func userChoices(ctx context.Context, users UserSearch, p pick, taken []string, refusal string) ([]views.Choice, int, error) {
	found, err := users.ListUsers(ctx, mgmt.ListQuery{Search: p.search, PerPage: pickerRows, Sort: "name:1"})
	if err != nil {
		return nil, 0, err
	}
	chosen, err := chosenUsers(ctx, users, p)
	if err != nil {
		return nil, 0, err
	}
	choice := func(u mgmt.User) views.Choice {
		row := views.Choice{Value: u.UserID, Label: firstSeen(u.Name, u.Email, u.Nickname, u.UserID), Detail: u.Email}
		if slices.Contains(taken, u.UserID) {
			row.Refusal = refusal
		}
		return row
	}
	var first, rest []views.Choice
	for _, u := range chosen {
		row := choice(u)
		row.Chosen = row.Refusal == ""
		first = append(first, row)
	}
	for _, u := range found.Items {
		if !slices.Contains(p.chosen, u.UserID) {
			rest = append(rest, choice(u))
		}
	}
	return append(first, rest...), max(0, found.Total-len(found.Items)), nil
}

// chosenUsers asks for the users that are chosen already: they may be none of
// those that the search finds.
func chosenUsers(ctx context.Context, users UserSearch, p pick) ([]mgmt.User, error) {
	if len(p.chosen) == 0 {
		return nil, nil
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var any []string
	for _, id := range p.chosen[:min(len(p.chosen), mostPicked)] {
		any = append(any, `user_id:"`+quoted.Replace(id)+`"`)
	}
	page, err := users.ListUsers(ctx, mgmt.ListQuery{Query: strings.Join(any, " OR "), PerPage: mostPicked, Sort: "name:1"})
	return page.Items, err
}
