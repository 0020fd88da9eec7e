package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// heldAtOnce is how many statements of heldTogether are under way.
	heldAtOnce = 2
	// heldWait is how long such a statement may take: it works for many, of whom
	// any may have gone.
	heldWait = 10 * time.Second
)

// heldTogetherQuery is heldQuery for several users.
const heldTogetherQuery = `select 0, coalesce(max(seq), 0), '', '' from graph_changes
	union all select 1, 0, user_id, group_id from group_members where user_id = any($1)
	union all select 2, 0, user_id, role_id from role_users where user_id = any($1)`

// heldTogether asks for what users hold over a network: whoever comes while
// others are asked for goes with the next statement, so that many logins share a
// round trip. Nobody gets an answer that was under way before it asked, which
// could be older than what it knows of.
type heldTogether struct {
	ask func(ctx context.Context, users []string) (map[string]Held, error)

	mu      sync.Mutex
	waiting []heldQuestion
	asking  int
}

type heldQuestion struct {
	user   string
	answer chan<- heldAnswer
}

type heldAnswer struct {
	held Held
	err  error
}

// of is what user holds.
func (t *heldTogether) of(ctx context.Context, user string) (Held, error) {
	answer := make(chan heldAnswer, 1) // whoever answers does not wait for who has gone
	t.mu.Lock()
	t.waiting = append(t.waiting, heldQuestion{user, answer})
	if t.asking < heldAtOnce {
		t.asking++
		go t.work() //nolint:gosec // it works for others too, who outlive this request
	}
	t.mu.Unlock()
	select {
	case a := <-answer:
		return a.held, a.err
	case <-ctx.Done():
		return Held{}, ctx.Err()
	}
}

// work answers questions until there are none.
func (t *heldTogether) work() {
	for questions := t.next(); len(questions) > 0; questions = t.next() {
		users := make([]string, len(questions))
		for i, q := range questions {
			users[i] = q.user
		}
		slices.Sort(users)
		ctx, cancel := context.WithTimeout(context.Background(), heldWait)
		found, err := t.ask(ctx, slices.Compact(users))
		cancel()
		for _, q := range questions {
			q.answer <- heldAnswer{found[q.user], err}
		}
	}
}

// next is whoever waits; when nobody does, who asks for it is done.
func (t *heldTogether) next() []heldQuestion {
	t.mu.Lock()
	defer t.mu.Unlock()
	questions := t.waiting
	if t.waiting = nil; len(questions) == 0 {
		t.asking--
	}
	return questions
}

// heldBy is what each of users holds, in one statement.
func (s *Store) heldBy(ctx context.Context, users []string) (map[string]Held, error) {
	rows, err := s.held.QueryContext(ctx, users)
	if err != nil {
		return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
	}
	defer rows.Close()
	out, version := make(map[string]Held, len(users)), int64(0)
	for rows.Next() {
		if err := readHeld(rows, out, &version); err != nil {
			return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
		}
	}
	if err := rows.Err(); err != nil {
		return nil, s.trouble(fmt.Errorf("reading what users hold: %w", err))
	}
	for _, user := range users {
		h := out[user]
		h.GraphVersion = version
		out[user] = h
	}
	return out, nil
}

func readHeld(row *sql.Rows, out map[string]Held, version *int64) error {
	var kind int
	var of int64
	var user, id string
	if err := row.Scan(&kind, &of, &user, &id); err != nil {
		return err
	}
	h := out[user]
	switch kind {
	case 0:
		*version = of
		return nil
	case 1:
		h.Groups = append(h.Groups, id)
	default:
		h.Roles = append(h.Roles, id)
	}
	out[user] = h
	return nil
}
