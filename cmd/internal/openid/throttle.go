package openid

import (
	"context"
	"net/netip"
	"time"

	"trellis/cmd/internal/store"
)

// throttle slows down whoever guesses passwords. Tries are counted for each
// account, for each address, and for each pair of them. What one address does
// to an account delays others for that account by a minute at most: a stranger
// can never lock somebody out.
type throttle struct {
	store *store.Store
	now   func() time.Time
	key   []byte // hides the names in the database: people type passwords there
}

// limit is how many failures are free, and how long the wait can grow after
// them, doubling from a second.
type limit struct {
	name    string
	free    int
	longest time.Duration
}

var (
	perAccount = limit{"account", 10, time.Minute}
	perAddress = limit{"address", 30, 15 * time.Minute}
	perPair    = limit{"pair", 5, 15 * time.Minute}
)

// memory is how long after the last failure the count starts anew.
const memory = time.Hour

func (l limit) wait(failures int) time.Duration {
	over := failures - l.free
	if over < 0 {
		return 0
	}
	if over > 20 { // beyond every longest; and no shift overflows
		return l.longest
	}
	return min(time.Second<<over, l.longest)
}

// counted is one counter of a try.
type counted struct {
	limit
	subject string
}

// counters is what a try of subject's password from address counts for.
func (t throttle) counters(subject, address string) []counted {
	address = network(address)
	return []counted{
		{perAccount, mac(t.key, "account", subject)},
		{perAddress, mac(t.key, "address", address)},
		{perPair, mac(t.key, "pair", subject, address)},
	}
}

// network is the part of an address that one customer has: all of IPv4, half
// of IPv6.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap()
	if a.Is6() {
		if half, err := a.WithZone("").Prefix(64); err == nil {
			return half.String()
		}
	}
	return a.String()
}

// wait is how long subject has to wait before its password may be tried from address.
func (t throttle) wait(ctx context.Context, subject, address string) (time.Duration, error) {
	var longest time.Duration
	err := t.store.View(ctx, func(tx *store.Tx) (err error) {
		longest, err = t.longest(ctx, tx, t.counters(subject, address))
		return err
	})
	return longest, err
}

// begin counts a try before its password is looked at, so that many at once
// are no way around the count. When it has to wait instead, begin says how
// long, and nothing is counted: waiting tries make nobody wait longer.
func (t throttle) begin(ctx context.Context, subject, address string) (time.Duration, error) {
	var longest time.Duration
	counters := t.counters(subject, address)
	err := t.store.Update(ctx, func(tx *store.Tx) (err error) {
		if longest, err = t.longest(ctx, tx, counters); err != nil || longest > 0 {
			return err
		}
		for _, c := range counters {
			f, err := tx.SignInFailures(ctx, c.subject)
			if err != nil {
				return err
			}
			f.Count++
			f.Until = t.now().Add(c.limit.wait(f.Count))
			f.Forget = f.Until.Add(memory)
			if err := tx.SetSignInFailures(ctx, c.subject, f); err != nil {
				return err
			}
		}
		return nil
	})
	return longest, err
}

// succeed takes back the count of a try with the right password. The address
// loses only this one: a guesser with an account of their own gains nothing.
func (t throttle) succeed(ctx context.Context, subject, address string) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		for _, c := range t.counters(subject, address) {
			if c.limit != perAddress {
				if err := tx.ClearSignInFailures(ctx, c.subject); err != nil {
					return err
				}
				continue
			}
			f, err := tx.SignInFailures(ctx, c.subject)
			if err != nil {
				return err
			}
			f.Count, f.Until = max(0, f.Count-1), t.now()
			if err := tx.SetSignInFailures(ctx, c.subject, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t throttle) longest(ctx context.Context, tx *store.Tx, counters []counted) (time.Duration, error) {
	var longest time.Duration
	for _, c := range counters {
		f, err := tx.SignInFailures(ctx, c.subject)
		if err != nil {
			return 0, err
		}
		longest = max(longest, f.Until.Sub(t.now()))
	}
	return longest, nil
}
