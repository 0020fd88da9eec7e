package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"trellis/e2e/chromium"
)

// The one program and the one browser that every test shares. TestMain sets
// them before the first test, and nothing changes them after.
var (
	trellis *program
	chrome  *chromium.Chromium
)

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() && os.Getenv("CI") == "" {
		fmt.Println("e2e: not run, because of -short")
		os.Exit(0)
	}
	os.Exit(run(m))
}

// run starts what the tests need and stops it again. A machine without a
// browser fails the tests: skipping them would look like success.
func run(m *testing.M) (code int) {
	fail := func(what string, err error) int {
		fmt.Fprintf(os.Stderr, "e2e: %s: %v\n", what, err)
		return 1
	}
	setup := exec.Command("./setup.sh")
	setup.Stdout, setup.Stderr = os.Stdout, os.Stderr
	if err := setup.Run(); err != nil {
		return fail("setup.sh", err)
	}
	binary, clean, err := build()
	if err != nil {
		return fail("building trellis", err)
	}
	defer clean()
	if trellis, err = start(binary, "--demo"); err != nil {
		return fail("starting trellis", err)
	}
	defer func() {
		if err := trellis.stop(); err != nil {
			code = fail("stopping trellis", err)
		}
		trellis.remove()
	}()
	if chrome, err = chromium.Launch("node_modules"); err != nil {
		return fail("starting Chromium", err)
	}
	defer chrome.Close()
	return m.Run()
}
