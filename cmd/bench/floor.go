package main

import (
	"context"
	"errors"
	"io"
	"net/http"

	"trellis/cmd/internal/authzapi"
	"trellis/cmd/internal/bearer"
)

// compared is how many policies the throughput is measured with.
const compared = 100

// recorded is the policies that throughput is measured with.
func (s *subject) recorded(n int) request { return s.sample.policy(n % compared) }

// floor is the least that a policy can cost: a handler that only checks the
// token and writes the bytes of a policy.
type floor struct {
	tokens  *bearer.Verifier
	answers map[string][]byte // by path
}

func (f floor) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if _, err := f.tokens.Verify(req.Context(), req.Header.Get("Authorization"), authzapi.Audience); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	_, _ = io.Copy(io.Discard, req.Body)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(f.answers[req.URL.EscapedPath()])
}

// record is what r answers the policies with that are compared.
func (s *subject) record(ctx context.Context, r reach) (answers map[string][]byte, err error) {
	answers = map[string][]byte{}
	for n := range compared {
		q := s.recorded(n)
		if answers[q.path], err = r.send(ctx, q); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// turns is how often the two that are compared take turns: what else the machine
// does meanwhile slows both.
const turns = 5

// compareThroughput measures how many policies r answers in a second, and how
// many of the same answers come from a floor that open opens.
func (s *subject) compareThroughput(ctx context.Context, r reach, open func(answers map[string][]byte) (reach, func() error, error)) error {
	const policies, least, share = "policies a second", "answers a second that only check the token", "policies a second, of those answers"
	return s.attempt(ctx, r.where, []string{policies, least, share}, func() (err error) {
		answers, err := s.record(ctx, r)
		if err != nil {
			return err
		}
		floor, closeFloor, err := open(answers)
		if err != nil {
			return err
		}
		whole, most, err := s.takeTurns(ctx, r.sends(ctx, s.recorded), floor.sends(ctx, s.recorded))
		if err := errors.Join(err, closeFloor()); err != nil {
			return err
		}
		s.results.addNumber(policies, r.where, whole, "%.0f", limit{})
		s.results.addNumber(least, r.where, most, "%.0f", limit{})
		s.results.addNumber(share, r.where, 100*whole/most, "%.1f %%", limit{atLeast: 50})
		return nil
	})
}

// takeTurns is how many answers a second two of them give, who do so in turn.
func (s *subject) takeTurns(ctx context.Context, one, other ask) (ofOne, ofOther float64, err error) {
	for turn := range turns + 1 {
		for _, of := range []struct {
			ask ask
			sum *float64
		}{{one, &ofOne}, {other, &ofOther}} {
			n, err := throughput(ctx, s.workers, s.spell/turns, of.ask)
			if err != nil {
				return 0, 0, err
			}
			if turn > 0 { // the first answers do not count
				*of.sum += n / turns
			}
		}
	}
	return ofOne, ofOther, nil
}
