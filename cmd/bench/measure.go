package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// measureProcess measures the program that runs at the subject's base.
func (s *subject) measureProcess(ctx context.Context, running *process) error {
	r := overHTTP(s.base)
	r.token = s.token
	if err := s.measureAnswers(ctx, r); err != nil {
		return err
	}
	err := s.compareThroughput(ctx, r, func(answers map[string][]byte) (reach, func() error, error) {
		return s.startFloor(ctx, r, answers)
	})
	if err != nil {
		return err
	}
	resident, _, err := running.memory()
	if err != nil {
		return err
	}
	if err := s.measureBusy(ctx, r); err != nil {
		return err
	}
	_, peak, err := running.memory()
	s.results.addMemory("resident memory after these requests", resident, limit{atMost: 1 << 30})
	s.results.addMemory("resident memory at most, imports included", peak, limit{atMost: 1 << 30})
	return err
}

// measureInside measures the same within this process.
func (s *subject) measureInside(ctx context.Context) error {
	begun := time.Now()
	x, err := s.openInside(ctx)
	if err != nil {
		return err
	}
	defer x.store.Close() //nolint:errcheck // what it wrote is no longer needed
	r := within(s.base, x.parts)
	r.token = s.token
	if _, err := r.send(ctx, s.sample.policy(0)); err != nil {
		return err
	}
	cold := time.Since(begun)
	s.results.addTime("cold start to the first policy", r.where, cold, limit{median: 5 * time.Second})
	if err := s.measureAnswers(ctx, r); err != nil {
		return err
	}
	err = s.compareThroughput(ctx, r, func(answers map[string][]byte) (reach, func() error, error) {
		least := within(s.base, floor{x.tokens, answers})
		least.token = s.token
		return least, func() error { return nil }, nil
	})
	if err != nil {
		return err
	}
	return s.measureBusy(ctx, r)
}

// warmUp lets a server that has just begun read into memory what it keeps there, which
// takes two processors for some seconds. How soon it answers has a line of its own.
func (s *subject) warmUp(ctx context.Context, r reach) error {
	_, err := repeat(ctx, r.asks(ctx, s.sample.policy), after(3*s.spell))
	return err
}

// measureAnswers measures what people and programs ask for, one after the other, of a
// server that has run for a while.
func (s *subject) measureAnswers(ctx context.Context, r reach) error {
	login, page := limit{}, limit{median: 5 * time.Millisecond}
	if r.where == "inside" {
		login = limit{median: time.Millisecond, p99: 5 * time.Millisecond}
	}
	ada, err := r.signInPerson(ctx)
	if err == nil {
		err = s.warmUp(ctx, r)
	}
	if err != nil {
		return err
	}
	for _, m := range []struct {
		what string
		limit
		ask ask
	}{
		{"calculate a user's groups", login, r.asks(ctx, s.sample.calculateGroups)},
		{"calculate a user's roles", login, r.asks(ctx, s.sample.calculateRoles)},
		{"policy", login, r.asks(ctx, s.sample.policy)},
		{"members/nested, page of 25", limit{}, r.asks(ctx, s.sample.allMembers)},
		{"members/calculate, page of 25 by name", limit{}, r.asks(ctx, s.sample.allHolders)},
		{"group list, page of 50, whole groups", page, r.asks(ctx, s.sample.groupList)},
		{"group list, page of 50, rows", page, r.asks(ctx, s.sample.groupRows)},
		{"group list, the dashboard's page", page, func(n int) error { return ada.open(ctx, s.sample.listPage(n)) }},
		{"group detail", limit{}, r.asks(ctx, s.sample.groupDetail)},
		{"group detail, the dashboard's page", limit{}, func(n int) error { return ada.open(ctx, s.sample.groupPage(n)) }},
		{"PATCH members", limit{}, r.asks(ctx, s.sample.addMember)},
		{"sign-in to the dashboard", limit{}, func(int) error { _, err := r.signInPerson(ctx); return err }},
	} {
		err := s.attempt(ctx, r.where, []string{m.what}, func() error {
			took, err := repeat(ctx, m.ask, after(s.spell))
			if err == nil {
				s.results.addTiming(m.what, r.where, took, m.limit)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// measureBusy measures the policy on a quiet tenant, and while imports go on.
func (s *subject) measureBusy(ctx context.Context, r reach) error {
	onQuiet, during := "policy on the quiet tenant", fmt.Sprintf("policy during an import of %d members", s.imported)
	const ratio = "p99 of policy during the import, to that on the quiet tenant"
	return s.attempt(ctx, r.where, []string{onQuiet, during, ratio}, func() error {
		quiet, busy, err := s.timeBusy(ctx, r)
		if err != nil {
			return err
		}
		s.results.addTiming(onQuiet, r.where, quiet, limit{})
		s.results.addTiming(during, r.where, busy, limit{})
		s.results.addNumber(ratio, r.where, float64(busy.p99())/float64(quiet.p99()), "× %.2f", limit{atMost: 3})
		return nil
	})
}

// timeBusy asks for policies, and then asks on while one import follows another.
func (s *subject) timeBusy(ctx context.Context, r reach) (quiet, busy timing, err error) {
	quiet, err = repeat(ctx, r.asks(ctx, s.sample.policy), after(s.spell))
	if err != nil {
		return nil, nil, err
	}
	importing, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var done atomic.Int64
	var failed error
	wg.Go(func() {
		for n := 0; importing.Err() == nil && failed == nil; n++ {
			if _, err := r.send(importing, s.sample.importMembers(n, s.imported)); importing.Err() == nil {
				failed = err
			}
			done.Add(1)
		}
	})
	long := after(s.spell)
	busy, err = repeat(ctx, r.asks(ctx, s.sample.policy), func() bool { return long() && done.Load() > 0 })
	stop() // the import that is under way as well
	wg.Wait()
	return quiet, busy, errors.Join(err, failed)
}
