package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// PendingMember is somebody whom a group waits for: who comes with that address,
// verified, becomes a member.
type PendingMember struct {
	Email string
	Added time.Time
}

func pendingList() list { return list{"group_pending", "email", usedPending, "group.pending"} }

// Pending is whom a group waits for, in the order of adding.
func (tx *Tx) Pending(ctx context.Context, group string) ([]PendingMember, error) {
	if _, err := tx.Group(ctx, group); err != nil {
		return nil, err
	}
	var out []PendingMember
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var p PendingMember
		var added int64
		err := r.Scan(&p.Email, &added)
		p.Added = time.UnixMilli(added).UTC()
		out = append(out, p)
		return err
	}, `select email, added from group_pending where group_id = $1 order by seq`, group)
	if err != nil {
		return nil, fmt.Errorf("reading pending members of group %q: %w", group, err)
	}
	return out, nil
}

// AddPending makes a group wait for people with these addresses. Every user who
// has one of them, verified, becomes a member at once instead.
func (tx *Tx) AddPending(ctx context.Context, group string, emails []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	here, err := tx.verified(ctx, emails)
	if err != nil {
		return err
	}
	var members, absent []string
	for _, email := range emails {
		if users := here[fold(email)]; len(users) > 0 {
			members = append(members, users...)
		} else {
			absent = append(absent, email)
		}
	}
	added, err := tx.insertPending(ctx, group, absent)
	if err != nil {
		return err
	}
	if len(added) > 0 {
		if err := tx.touch(ctx, group, 0); err != nil {
			return err
		}
		if err := tx.record(ctx, "group.pending.add", "group", group, nil, added); err != nil {
			return err
		}
	}
	return tx.addTo(ctx, memberList(), group, members)
}

// insertPending returns those of emails that the group did not wait for yet.
func (tx *Tx) insertPending(ctx context.Context, group string, emails []string) ([]string, error) {
	var added []string
	for _, email := range emails {
		n, err := tx.change(ctx, `insert into group_pending(group_id, email, email_key, added) values($1, $2, $3, $4) on conflict do nothing`,
			group, email, fold(email), tx.now().UnixMilli())
		if err != nil {
			return nil, fmt.Errorf("adding a pending member to group %q: %w", group, err)
		}
		if n > 0 {
			added = append(added, email)
		}
	}
	return added, nil
}

// RemovePending ends a group's waiting for people with these addresses, in any
// case of letters. Others are passed over.
func (tx *Tx) RemovePending(ctx context.Context, group string, emails []string) error {
	if _, err := tx.Group(ctx, group); err != nil {
		return err
	}
	var gone []string
	for some := range slices.Chunk(folded(emails), batch) {
		removed, err := tx.changeTexts(ctx, `delete from group_pending where group_id = $1 and email_key in (`+places(2, len(some))+`) returning email`,
			append([]any{group}, anys(some)...)...)
		if err != nil {
			return fmt.Errorf("removing pending members of group %q: %w", group, err)
		}
		gone = append(gone, removed...)
	}
	if len(gone) == 0 {
		return nil
	}
	if err := tx.touch(ctx, group, 0); err != nil {
		return err
	}
	slices.Sort(gone)
	return tx.record(ctx, "group.pending.remove", "group", group, gone, nil)
}

// IsAwaited reports whether a group waits for somebody with this address.
func (tx *Tx) IsAwaited(ctx context.Context, email string) (bool, error) {
	return tx.exists(ctx, `select 1 from group_pending where email_key = $1`, fold(email))
}

// Admit makes a user a member of every group that waits for somebody with email,
// which must be known to be the user's. The groups wait no longer.
func (tx *Tx) Admit(ctx context.Context, user, email string) error {
	var groups [][2]string
	err := tx.pairs(ctx, func(group, written string) { groups = append(groups, [2]string{group, written}) },
		`select group_id, email from group_pending where email_key = $1 order by seq`, fold(email))
	if err != nil {
		return fmt.Errorf("looking for groups that wait: %w", err)
	}
	for _, g := range groups {
		if err := tx.admit(ctx, g[0], g[1], []string{user}); err != nil {
			return err
		}
	}
	return nil
}

// admit makes users members of a group that waited for email. It is two entries
// of the journal: who came of it, and the membership as any other.
func (tx *Tx) admit(ctx context.Context, group, email string, users []string) error {
	if _, err := tx.change(ctx, `delete from group_pending where group_id = $1 and email_key = $2`, group, fold(email)); err != nil {
		return fmt.Errorf("admitting to group %q: %w", group, err)
	}
	if err := tx.record(ctx, "group.pending.resolve", "group", group, []string{email}, users); err != nil {
		return err
	}
	return tx.addTo(ctx, memberList(), group, users)
}

// admitUser is Admit for a user of the tenant whose address is verified.
func (tx *Tx) admitUser(ctx context.Context, id string, profile map[string]any) error {
	email := text(profile, "email")
	if tx.quiet || email == "" || !emailVerified(profile) {
		return nil // an import admits everybody at its end
	}
	return tx.Admit(ctx, id, email)
}

// admitAll is Admit for every user of the tenant. Several users of one address
// all become members.
func (tx *Tx) admitAll(ctx context.Context) error {
	var groups, emails []string
	err := tx.pairs(ctx, func(group, email string) { groups, emails = append(groups, group), append(emails, email) },
		`select group_id, email from group_pending order by seq`)
	if err != nil {
		return fmt.Errorf("reading pending members: %w", err)
	}
	here, err := tx.verified(ctx, emails)
	if err != nil {
		return err
	}
	for i, group := range groups {
		if users := here[fold(emails[i])]; len(users) > 0 {
			if err := tx.admit(ctx, group, emails[i], users); err != nil {
				return err
			}
		}
	}
	return nil
}

// verified is the users who have these addresses, verified, by the folded address.
func (tx *Tx) verified(ctx context.Context, emails []string) (map[string][]string, error) {
	out := map[string][]string{}
	for some := range slices.Chunk(folded(emails), batch) {
		err := tx.rows(ctx, func(r *sql.Rows) error {
			u, err := scanUser(r)
			if err == nil && emailVerified(u.Profile) {
				key := fold(text(u.Profile, "email"))
				out[key] = append(out[key], u.UserID)
			}
			return err
		}, `select user_id, profile from users where email in (`+places(1, len(some))+`) order by seq`, anys(some)...)
		if err != nil {
			return nil, fmt.Errorf("looking for users by email: %w", err)
		}
	}
	return out, nil
}

func emailVerified(profile map[string]any) bool {
	verified, _ := profile["email_verified"].(bool)
	return verified
}

// folded is the keys of texts, each once.
func folded(all []string) []string {
	keys := make([]string, len(all))
	for i, s := range all {
		keys[i] = fold(s)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
