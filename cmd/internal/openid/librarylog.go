package openid

import (
	"context"
	"log/slog"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// LibraryLog is h for what the library logs, which uses slog's default logger
// and no other. It logs every request that it refuses as a warning or an error,
// also when an application merely asked for too much. Such a line is lowered to
// a note: the guard in front of the library logs by itself what broke here.
func LibraryLog(h slog.Handler) slog.Handler { return libraryLog{h} }

type libraryLog struct{ slog.Handler }

func (l libraryLog) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		_, refusal := a.Value.Any().(*oidc.Error)
		if refusal {
			r.Level = min(r.Level, slog.LevelInfo)
		}
		return !refusal
	})
	if !l.Enabled(ctx, r.Level) {
		return nil
	}
	return l.Handler.Handle(ctx, r)
}

func (l libraryLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return libraryLog{l.Handler.WithAttrs(attrs)}
}

func (l libraryLog) WithGroup(name string) slog.Handler { return libraryLog{l.Handler.WithGroup(name)} }
