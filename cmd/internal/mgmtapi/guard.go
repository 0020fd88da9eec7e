package mgmtapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"trellis/cmd/internal/bearer"
	"trellis/cmd/internal/store"
)

// mayGive refuses to let somebody do what who may not do: the scopes that wanted is of
// each API. Here it is the token that counts, and at the other API what the account or
// the client of the token may do there now.
func (a *api) mayGive(ctx context.Context, tx *store.Tx, who bearer.Principal, doing string, wanted func(offered) []string) error {
	for _, to := range a.offered() {
		held := who.Scopes
		if to.api != store.ManagementAPI {
			var err error
			if held, err = a.holds(ctx, tx, who, to.api); err != nil {
				return err
			}
		}
		for _, scope := range wanted(to) {
			if !slices.Contains(held, scope) {
				return mayNotGive(doing, scope, to.audience)
			}
		}
	}
	return nil
}

func mayNotGive(doing, scope, audience string) *problem {
	p := newProblem(http.StatusForbidden, "grant_not_allowed",
		fmt.Sprintf("You may not %s: that gives %s at %s, which you do not have.", doing, scope, audience))
	p.challenge = `Bearer error="insufficient_scope", scope="` + scope + `"`
	return p
}

// mayMake refuses a role of an account that may do more than who makes it.
func (a *api) mayMake(ctx context.Context, tx *store.Tx, who bearer.Principal, role string) error {
	return a.mayGive(ctx, tx, who, "make somebody "+role, func(to offered) []string { return a.roleScopes(role, to.api) })
}

// mayBe refuses the password of an account that may do more than who would get it.
func (a *api) mayBe(ctx context.Context, tx *store.Tx, who bearer.Principal, o store.Account) error {
	return a.mayGive(ctx, tx, who, "reset the password of "+o.Name, func(to offered) []string { return a.roleScopes(o.Role, to.api) })
}

// mayGrant refuses scopes of a client that who has not. Those that the client had may
// stay.
func (a *api) mayGrant(ctx context.Context, tx *store.Tx, who bearer.Principal, o store.Client, at offered, scopes []string) error {
	return a.mayGive(ctx, tx, who, "grant this to "+o.Name, func(to offered) []string {
		if to.api != at.api {
			return nil
		}
		had := o.GrantedFor(to.api, to.scopes)
		return slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return slices.Contains(had, s) })
	})
}

// mayKnow refuses the secret of a client that may do more than who would get it.
func (a *api) mayKnow(ctx context.Context, tx *store.Tx, who bearer.Principal, o store.Client) error {
	return a.mayGive(ctx, tx, who, "have a secret of "+o.Name, func(to offered) []string { return o.GrantedFor(to.api, to.scopes) })
}
