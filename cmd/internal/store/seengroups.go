package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// What is remembered of the names that providers send, at most.
const (
	mostSeen            = 10_000 // names of one connection
	mostSeenConnections = 100
	seenFor             = 400 // days after which a name that is not sent any more is forgotten
)

// Sighting is a group of a provider that was sent at a sign-in over a connection.
type Sighting struct{ Connection, Group string }

// SeenGroup is what is known of a group that a provider sent: the first and the last
// day, and on how many days it was.
type SeenGroup struct {
	Sighting

	First, Last time.Time
	Days        int
}

const day = 24 * time.Hour

// dayOf is t as days since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

func startOf(days int64) time.Time { return time.Unix(days*int64(day/time.Second), 0).UTC() }

// SeeGroups remembers that seen were sent on the day of at. What finds no room is
// passed over. It tells the journal nothing: the tenant is as before.
func (tx *Tx) SeeGroups(ctx context.Context, at time.Time, seen []Sighting) error {
	today := dayOf(at)
	room, err := tx.seenRoom(ctx)
	if err != nil {
		return err
	}
	for _, s := range seen {
		known, err := tx.seeAgain(ctx, s, today)
		if err != nil {
			return err
		}
		if known || !room.take(s.Connection) {
			continue
		}
		if _, err := tx.note(ctx, `insert into seen_groups(connection_name, group_name, first_day, last_day, days) values($1, $2, $3, $3, 1)
			on conflict (connection_name, group_name) do nothing`, s.Connection, s.Group, today); err != nil {
			return fmt.Errorf("remembering a group of a provider: %w", err)
		}
	}
	return nil
}

// seeAgain notes that a group was sent that is known; known tells whether it is.
func (tx *Tx) seeAgain(ctx context.Context, s Sighting, today int64) (known bool, err error) {
	n, err := tx.note(ctx, `update seen_groups set days = days + case when last_day < $3 then 1 else 0 end,
		last_day = case when last_day < $3 then $3 else last_day end where connection_name = $1 and group_name = $2`, s.Connection, s.Group, today)
	if err != nil {
		return false, fmt.Errorf("remembering a group of a provider: %w", err)
	}
	return n > 0, nil
}

// seenRoom is how many names are remembered of each connection.
type seenRoom map[string]int

func (tx *Tx) seenRoom(ctx context.Context) (seenRoom, error) {
	out := seenRoom{}
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var connection string
		var n int
		err := r.Scan(&connection, &n)
		out[connection] = n
		return err
	}, `select connection_name, count(*) from seen_groups group by connection_name`)
	if err != nil {
		return nil, fmt.Errorf("counting groups of providers: %w", err)
	}
	return out, nil
}

// take reports whether there is room for one more of a connection, and takes it.
func (r seenRoom) take(connection string) bool {
	n, known := r[connection]
	if n >= mostSeen || !known && len(r) >= mostSeenConnections {
		return false
	}
	r[connection] = n + 1
	return true
}

// SeenGroups is everything that is remembered, by connection and name.
func (tx *Tx) SeenGroups(ctx context.Context) ([]SeenGroup, error) {
	var out []SeenGroup
	err := tx.rows(ctx, func(r *sql.Rows) error {
		var s SeenGroup
		var first, last int64
		err := r.Scan(&s.Connection, &s.Group, &first, &last, &s.Days)
		s.First, s.Last = startOf(first), startOf(last)
		out = append(out, s)
		return err
	}, `select connection_name, group_name, first_day, last_day, days from seen_groups order by connection_name, group_name`)
	if err != nil {
		return nil, fmt.Errorf("reading groups of providers: %w", err)
	}
	return out, nil
}

// ForgetGroups forgets the groups that were not sent for a long time before at.
func (tx *Tx) ForgetGroups(ctx context.Context, at time.Time) error {
	if _, err := tx.note(ctx, `delete from seen_groups where last_day < $1`, dayOf(at)-seenFor); err != nil {
		return fmt.Errorf("forgetting groups of providers: %w", err)
	}
	return nil
}
