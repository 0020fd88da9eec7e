package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
)

//go:embed *.css *.js *.svg vendor
var files embed.FS

// FS is the assets, for the file server.
func FS() fs.FS { return files }

// hashes are the assets' content hashes, by name.
var hashes = hashAll(files)

// URL is name's address, with a hash of its content: it may be cached for good.
// An unknown name panics, so a typo fails the first test that renders it.
func URL(name string) string {
	h, ok := hashes[name]
	if !ok {
		panic("static: no asset " + name)
	}
	return "/static/" + name + "?v=" + h
}

// hashAll hashes every file of assets. They are part of the binary, so one that
// cannot be read is a broken build.
func hashAll(assets fs.FS) map[string]string {
	m := map[string]string{}
	err := fs.WalkDir(assets, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assets, name)
		sum := sha256.Sum256(b)
		m[name] = hex.EncodeToString(sum[:6])
		return err
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	return m
}
