package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"trellis/cmd/internal/authzapi"
)

// compared is how many policies the throughput is measured with.
const compared = 100

// recorded is the policies that throughput is measured with.
func (s *subject) recorded(n int) request { return s.sample.policy(n % compared) }

// floor is the least that a policy can cost: a handler that only checks the
// token and writes the bytes that r answers with.
func (s *subject) floor(ctx context.Context, x *inside, r reach) http.Handler {
	answers := map[string][]byte{}
	for n := range compared {
		q := s.recorded(n)
		answers[q.path], _ = r.send(ctx, q) // what cannot be answered is found when it is measured
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if _, err := x.tokens.Verify(req.Context(), req.Header.Get("Authorization"), authzapi.Audience); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(answers[req.URL.EscapedPath()])
	})
}

// listen serves h on loopback.
func (s *subject) listen(ctx context.Context, h http.Handler) (reach, func() error, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return reach{}, nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // it ends when it is closed
	r := overHTTP("http://" + l.Addr().String())
	r.token = s.token
	return r, server.Close, nil
}

// compareThroughput measures how many policies r answers in a second, and how
// many of the same answers floor gives.
func (s *subject) compareThroughput(ctx context.Context, r, floor reach) error {
	const policies, least, share = "policies a second", "answers a second that only check the token", "policies a second, of those answers"
	return s.attempt(ctx, r.where, []string{policies, least, share}, func() error {
		whole, err := throughput(ctx, s.workers, s.spell, r.sends(ctx, s.recorded))
		if err != nil {
			return err
		}
		most, err := throughput(ctx, s.workers, s.spell, floor.sends(ctx, s.recorded))
		if err != nil {
			return err
		}
		s.results.addNumber(policies, r.where, whole, "%.0f", limit{})
		s.results.addNumber(least, r.where, most, "%.0f", limit{})
		s.results.addNumber(share, r.where, 100*whole/most, "%.1f %%", limit{atLeast: 50})
		return nil
	})
}
