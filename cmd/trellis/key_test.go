package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
)

// Ada stays signed in while the master key is replaced and the old one goes.
func TestSEC_07_the_master_key_is_replaced(t *testing.T) {
	t.Chdir(t.TempDir())
	trellis(t, "key", "rotate", "--data", "data").refused(t, "there is no master key in data")
	s := serveIn(t, "serve", "--demo")
	ada := s.person()
	ada.open("/")
	ada.press("Ada")
	u, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	listen := []string{"serve", "--demo", "--listen", "127.0.0.1:" + u.Port()} // where Ada will look

	if got := trellis(t, "key", "rotate", "--data", "data").ok(t); !strings.Contains(got.out, "Restart the server") {
		t.Errorf("it says %q", got.out)
	}
	trellis(t, "key", "forget", "--data", "data").refused(t, "restart the server first")
	s.stop()

	s = serveIn(t, listen...)
	ada.open("/users")
	if ada.at.Path != "/users" || ada.status != 200 {
		t.Errorf("with a new key Ada is at %s: %d", ada.at, ada.status)
	}
	if got := trellis(t, "key", "forget", "--data", "data").ok(t); !strings.Contains(got.out, "forgotten: 1") {
		t.Errorf("it says %q", got.out)
	}
	s.stop()
	serveIn(t, listen...)
	if text, err := os.ReadFile("data/master.key"); err != nil || strings.Count(string(text), "\n") != 1 {
		t.Errorf("master.key has %d lines (%v)", strings.Count(string(text), "\n"), err)
	}
}
