package openid

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

func TestOnlyRefusalsOfTheLibraryAreLowered(t *testing.T) {
	refusal := oidc.ErrServerError().WithDescription("no such scope")
	for name, tt := range map[string]struct {
		level slog.Level
		args  []any
		want  string
	}{
		"refusal":                 {slog.LevelInfo, []any{"oidc_error", refusal}, "level=INFO"},
		"refusal, after the rest": {slog.LevelInfo, []any{"status_code", 500, "oidc_error", refusal}, "level=INFO"},
		"refusal, warnings only":  {slog.LevelWarn, []any{"oidc_error", refusal}, ""},
		"anything else":           {slog.LevelWarn, []any{"error", errors.New("broken")}, "level=ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(LibraryLog(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: tt.level})))
			log.With("a", 1).Error("request error", tt.args...)
			if !strings.Contains(out.String(), tt.want) || tt.want == "" && out.Len() > 0 {
				t.Errorf("it logs %q, want %q", out.String(), tt.want)
			}
		})
	}
}
