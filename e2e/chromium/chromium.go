// Package chromium starts the browser that setup.sh has put in place, for the tests
// and for whatever measures in a browser.
package chromium

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/playwright-community/playwright-go"
)

// Chromium is the browser, and the Playwright that drives it.
type Chromium struct {
	playwright *playwright.Playwright
	Browser    playwright.Browser
}

// Launch starts the browser with the driver in dir, the node_modules of the tests.
func Launch(dir string) (*Chromium, error) {
	driver, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	if err := os.Setenv("PLAYWRIGHT_NODEJS_PATH", node); err != nil {
		return nil, err
	}
	options := &playwright.RunOptions{DriverDirectory: driver, SkipInstallBrowsers: true, Logger: slog.New(slog.DiscardHandler)}
	if err := install(options); err != nil {
		return nil, err
	}
	pw, err := playwright.Run(options)
	if err != nil {
		return nil, err
	}
	launched := playwright.BrowserTypeLaunchOptions{
		Args:     []string{"--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run"},
		Headless: playwright.Bool(os.Getenv("E2E_HEADED") == ""),
	}
	if path := system(pw); path != "" {
		launched.ExecutablePath = &path
	}
	browser, err := pw.Chromium.Launch(launched)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("launching: %w", err), pw.Stop())
	}
	return &Chromium{playwright: pw, Browser: browser}, nil
}

// install checks the driver and patches it; it downloads nothing. One at a time may
// do so: tests that begin side by side would run a driver that is half written.
func install(options *playwright.RunOptions) (err error) {
	lock, err := os.OpenFile(filepath.Join(options.DriverDirectory, ".trellis.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil { //nolint:gosec // a file descriptor is small
		return err
	}
	return playwright.Install(options)
}

// system is the path of a Chromium that is not Playwright's own, and empty when
// Playwright's own is there. The order is that of setup.sh.
func system(pw *playwright.Playwright) string {
	if path := os.Getenv("E2E_BROWSER"); path != "" {
		return path
	}
	if _, err := os.Stat(pw.Chromium.ExecutablePath()); err == nil {
		return ""
	}
	// The shell has no windows to draw, as nobody looks at them: that is four times
	// less work for each context.
	names := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}
	if os.Getenv("E2E_HEADED") == "" {
		names = append([]string{"chromium-headless-shell"}, names...)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Close ends the browser.
func (c *Chromium) Close() {
	_ = c.Browser.Close() // it goes with its driver at the latest
	_ = c.playwright.Stop()
}
