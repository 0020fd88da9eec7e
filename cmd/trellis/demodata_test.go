package main

import (
	"strings"
	"testing"
)

func TestDemoDataFillsAnEmptyTenantAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	said := trellis(t, "demo-data", "--groups", "20", "--users", "30", "--memberships", "60", "--depth", "4", "--data", "data").ok(t)
	if want := "Generated: groups 20, users 30, memberships 60, in "; !strings.HasPrefix(said.out, want) {
		t.Errorf("it says %q, want %q", said.out, want)
	}
	again := trellis(t, "demo-data", "--groups", "20", "--users", "30", "--memberships", "60", "--depth", "4", "--data", "data")
	if again.code != exitMisuse || !strings.Contains(again.err, "empty tenant") {
		t.Errorf("a second time: %d %s", again.code, again.err)
	}
	if deep := trellis(t, "demo-data", "--groups", "2", "--data", "other"); deep.code != exitMisuse {
		t.Errorf("2 groups 12 deep: %d %s", deep.code, deep.err)
	}
}
