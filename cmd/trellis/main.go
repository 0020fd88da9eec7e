package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the system's own handling is back: a second one
	// ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, process{
		Args:     os.Args[1:],
		Environ:  os.Environ(),
		In:       os.Stdin,
		Out:      os.Stdout,
		Err:      os.Stderr,
		Terminal: isatty.IsTerminal(os.Stdin.Fd()) && isatty.IsTerminal(os.Stdout.Fd()),
	}))
}
