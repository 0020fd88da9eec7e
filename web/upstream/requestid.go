package upstream

import "context"

type requestIDKey struct{}

// WithRequestID returns a context whose calls carry id as X-Request-Id, so that
// the logs of both sides can be joined.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id that WithRequestID put into ctx, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
