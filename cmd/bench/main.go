package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"trellis/cmd/internal/store/pgtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	quick := flag.Bool("quick", false, "measure a small organisation, briefly: the numbers mean nothing")
	markdown := flag.String("markdown", "", "also write the table to `FILE`, as Markdown")
	cache := flag.String("cache", "", "keep the generated organisation in `DIR` (default: a folder in the user's cache)")
	browser := flag.Bool("browser", false, "measure in a browser instead, from the click to the picture")
	least := flag.String("floor", "", "serve what the program at `URL` is compared with; a run starts it by itself")
	flag.Parse()
	if *least != "" {
		if err := serveFloor(ctx, *least, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if err := measureAll(ctx, *quick, *browser, *markdown, *cache); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measureAll measures on both databases, or in a browser, and says what came of it.
func measureAll(ctx context.Context, quick, browser bool, markdown, cache string) error {
	p := full
	if quick {
		p = brief
	}
	if cache == "" {
		own, err := os.UserCacheDir()
		if err != nil {
			own = os.TempDir()
		}
		cache = filepath.Join(own, "trellis-bench")
	}
	if browser {
		b := browsing{experiment: experiment{plan: p, cache: cache, progress: os.Stderr}, driver: "e2e/node_modules"}
		return measureInBrowser(ctx, b, markdown)
	}
	server, err := pgtest.Launch("fsync=on", "full_page_writes=on")
	if err != nil {
		return fmt.Errorf("the table is of both databases, and PostgreSQL does not start: %w", err)
	}
	defer server.Remove()
	t, err := experiment{plan: p, cache: cache, postgres: server.Address("postgres"), progress: os.Stderr}.run(ctx)
	if len(t.results) == 0 {
		return err
	}
	_, failed := io.WriteString(os.Stdout, t.text())
	err = errors.Join(err, failed)
	if markdown != "" {
		err = errors.Join(err, os.WriteFile(markdown, []byte(t.markdown()), 0o644)) //nolint:gosec // for everybody to read
	}
	return err
}
