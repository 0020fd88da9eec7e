package store

import "context"

// Actor is who makes a change, for the journal.
type Actor struct {
	Subject   string // who: the token's sub, or the operating system's user for the command line
	Client    string // through what: the token's azp, or "cli"
	RequestID string // which request, to find it in the logs
}

type actorKey struct{}

// WithActor says who makes the changes of ctx.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// actorOf is who makes the changes of ctx: nobody known, unless it was said.
func actorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
