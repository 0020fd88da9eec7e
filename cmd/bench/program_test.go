package main

import (
	"io"
	"os/exec"
	"runtime"
	"testing"
)

// What a program has at most is its own, however much there is in this process.
func TestTheMemoryOfAProgramIsItsOwn(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	ours := make([]byte, 128<<20)
	for i := range ours {
		ours[i] = 1
	}
	peak, err := program(sleep).run(t.Context(), "", io.Discard, "0.2")
	runtime.KeepAlive(ours)
	if err != nil || peak <= 0 || peak >= int64(len(ours)) {
		t.Errorf("peak = %d bytes, %v, want some and fewer than %d", peak, err, len(ours))
	}
}
