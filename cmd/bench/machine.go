package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine is when and on what this is measured, a line for each.
func machine(ctx context.Context) []string {
	kib, _ := strconv.ParseFloat(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 64)
	return []string{
		"Date: " + time.Now().UTC().Format("2006-01-02 15:04 UTC"),
		fmt.Sprintf("Machine: %s, %d cores, %.0f GiB of memory; load %s when it began",
			field("/proc/cpuinfo", "model name"), runtime.NumCPU(), kib/(1<<20), load()),
		"Program: commit " + commit(ctx) + ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// field is the first value of that name in one of the system's files.
func field(file, name string) string {
	f, err := os.Open(file) //nolint:gosec // one of two
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// load is how many processes wanted to run in the last minute: on a quiet machine
// hardly any.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	minute, _, _ := strings.Cut(string(text), " ")
	return minute
}

// commit is what is checked out, and whether it was changed since.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
