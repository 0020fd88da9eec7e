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
	found, err := foundUsers(ctx, users, p)
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

// foundUsers asks for the users that the search of p finds, as many as it shows.
func foundUsers(ctx context.Context, users UserSearch, p pick) (found mgmt.Page[mgmt.User], err error) {
	for page := 0; len(found.Items) < p.rows(); page++ {
		part, err := users.ListUsers(ctx, mgmt.ListQuery{Search: p.search, Page: page, PerPage: pickerRows, Sort: "name:1"})
		if err != nil {
			return found, err
		}
		found.Items, found.Total = append(found.Items, part.Items...), part.Total
		if len(part.Items) < pickerRows {
			break
		}
	}
	return found, nil
}

// mostTerms is how many users one search names. The API bounds its terms.
const mostTerms = 40

// chosenUsers asks for the users that are chosen already: they may be none of
// those that the search finds.
func chosenUsers(ctx context.Context, users UserSearch, p pick) (all []mgmt.User, err error) {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for ids := range slices.Chunk(p.chosen[:min(len(p.chosen), mostPicked)], mostTerms) {
		any := make([]string, len(ids))
		for i, id := range ids {
			any[i] = `user_id:"` + quoted.Replace(id) + `"`
		}
		page, err := users.ListUsers(ctx, mgmt.ListQuery{Query: strings.Join(any, " OR "), PerPage: len(ids), Sort: "name:1"})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
	}
	return all, nil
}
