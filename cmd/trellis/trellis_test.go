package main

import (
	"context"
	"io"
	"strings"
	"testing"
)

// said is what a command left behind.
type said struct {
	code     int
	out, err string
}

// trellis runs a command in a folder of t's own, which is the working folder
// from then on.
func trellis(t testing.TB, args ...string) said {
	t.Helper()
	return typed(t, "", args...)
}

// typed is trellis with something to read on standard input.
func typed(t testing.TB, stdin string, args ...string) said {
	t.Helper()
	return started(t, nil, stdin, args...)
}

func started(t testing.TB, environ []string, stdin string, args ...string) said {
	t.Helper()
	var out, errs strings.Builder
	code := run(t.Context(), process{Args: args, Environ: environ, In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return said{code: code, out: out.String(), err: errs.String()}
}

// ok fails t unless the command did what it should.
func (s said) ok(t testing.TB) said {
	t.Helper()
	if s.code != 0 || s.err != "" {
		t.Fatalf("exit code %d, %s", s.code, s.err)
	}
	return s
}

// refused fails t unless the command failed with a line that holds want.
func (s said) refused(t testing.TB, want string) {
	t.Helper()
	if s.code == 0 {
		t.Errorf("exit code 0, want another; it says %q", s.out)
	}
	if !strings.Contains(s.err, want) {
		t.Errorf("it complains %q, want %q in it", s.err, want)
	}
}

func TestHelpTeaches(t *testing.T) {
	tests := []struct {
		args []string
		want []string
	}{
		{[]string{"--help"}, []string{"trellis serve --demo", "account add", "client add", "TRELLIS_BASE_URL", "Where things are kept:"}},
		{[]string{"serve", "--help"}, []string{"--listen", "[TRELLIS_LISTEN]", "127.0.0.1:8080", "--first-admin", "TRELLIS_CLIENT_SECRET", "A tenant elsewhere"}},
		{[]string{"account", "add", "--help"}, []string{"help-desk may read everything", "--password-stdin"}},
		{[]string{"client", "add", "--help"}, []string{"--all-scopes", "--json"}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			got := trellis(t, tt.args...).ok(t)
			for _, want := range tt.want {
				// How lines break depends on the width of the terminal.
				if !strings.Contains(strings.Join(strings.Fields(got.out), " "), want) {
					t.Errorf("%q is not in:\n%s", want, got.out)
				}
			}
			if strings.Contains(got.out, "--client-secret=") {
				t.Error("a flag for a secret is offered")
			}
		})
	}
}

func TestVersion(t *testing.T) {
	if got := trellis(t, "version").ok(t); !strings.HasPrefix(got.out, "trellis ") {
		t.Errorf("it says %q", got.out)
	}
}

// discarding is a process that nobody listens to.
func discarding(args ...string) process {
	return process{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}
}

func TestACommandThatIsCalledOffEnds(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, discarding("account", "add", "ada@example.com", "--role", "auditor")); code == 0 {
		t.Error("it reports success")
	}
}
