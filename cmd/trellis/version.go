package main

import (
	"cmp"
	"runtime"
)

// version is set by the build: -ldflags "-X main.version=…".
var version string

type versionCommand struct{}

// Run prints the version.
func (c *versionCommand) Run(i *invocation) error {
	return i.printf("trellis %s %s\n", cmp.Or(version, "(development)"), runtime.Version())
}
