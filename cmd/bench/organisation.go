package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"trellis/cmd/internal/demo"
	"trellis/cmd/internal/store"
)

// organisation is the file of the organisation that is measured, an export of
// what trellis demo-data makes. It is made once and kept in the folder cache.
func organisation(ctx context.Context, p program, size demo.Size, cache string) (path string, err error) {
	mark, err := fingerprint(ctx)
	if err != nil {
		return "", err
	}
	path = filepath.Join(cache, fmt.Sprintf("%d-groups-%d-users-%d-memberships-%s.json", size.Groups, size.Users, size.Memberships, mark))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(cache, "making")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	data := filepath.Join(dir, "data")
	_, err = p.run(ctx, "", io.Discard, "demo-data", "--data", data,
		"--groups", strconv.Itoa(size.Groups), "--users", strconv.Itoa(size.Users), "--memberships", strconv.Itoa(size.Memberships),
		"--depth", strconv.Itoa(size.Depth), "--seed", strconv.FormatUint(size.Seed, 10))
	if err != nil {
		return "", err
	}
	f, err := os.Create(filepath.Join(dir, "organisation.json")) //nolint:gosec // a folder of ours
	if err != nil {
		return "", err
	}
	_, err = p.run(ctx, "", f, "export", "--data", data)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
}

// fingerprint tells what the generator makes from what it made before it was
// changed, by a small organisation.
func fingerprint(ctx context.Context) (_ string, err error) {
	dir, err := os.MkdirTemp("", "trellis-bench")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := store.Open(ctx, store.Config{URL: filepath.Join(dir, "trellis.db")})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := demo.Generate(ctx, s, demo.Size{Groups: 20, Users: 20, Memberships: 40, Depth: 3, Seed: 1}, time.Unix(0, 0)); err != nil {
		return "", err
	}
	sum := sha256.New()
	err = s.View(ctx, func(tx *store.Tx) error { return tx.ExportTo(ctx, sum, store.ExportOptions{Directory: true}) })
	return hex.EncodeToString(sum.Sum(nil)[:6]), err
}
