package static_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"trellis/static"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(static.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMisspeltAssetFailsTheFirstRender(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("URL of an unknown asset did not panic")
		}
	}()
	static.URL("trelis.css")
}

// A font that the style sheet asks for under an old hash would be served stale.
func TestStyleSheetNamesAssetsByTheirHash(t *testing.T) {
	refs := regexp.MustCompile(`url\(([^)]+)\)`).FindAllSubmatch(read(t, "trellis.css"), -1)
	if len(refs) == 0 {
		t.Fatal("trellis.css names no asset")
	}
	for _, ref := range refs {
		got := string(ref[1])
		name, _, _ := strings.Cut(got, "?")
		if want := strings.TrimPrefix(static.URL(name), "/static/"); got != want {
			t.Errorf("trellis.css asks for %s, want %s", got, want)
		}
	}
}

// Every vendored file is the one its list names, and none came unlisted.
func TestVendoredFilesAreTheListedOnes(t *testing.T) {
	list := string(read(t, "vendor/README.md"))
	files, err := fs.Glob(static.FS(), "vendor/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		base := strings.TrimPrefix(name, "vendor/")
		if base == "README.md" {
			continue
		}
		if !strings.Contains(list, base) {
			t.Errorf("vendor/README.md does not name %s", base)
		}
		if strings.HasSuffix(base, ".txt") {
			continue
		}
		sum := sha256.Sum256(read(t, name))
		if !strings.Contains(list, hex.EncodeToString(sum[:])) {
			t.Errorf("vendor/README.md has another sum for %s", base)
		}
	}
}

// A browser takes one face of a family for a weight, and looks for letters in no
// other: faces that part the letters between them must have the same weights.
func TestFacesOfAFamilyHaveTheSameWeights(t *testing.T) {
	weights := map[string]string{}
	for _, face := range regexp.MustCompile(`(?s)@font-face \{(.*?)\n\}`).FindAllSubmatch(read(t, "trellis.css"), -1) {
		family := regexp.MustCompile(`font-family: ([^;]+);`).FindSubmatch(face[1])
		weight := regexp.MustCompile(`font-weight: ([^;]+);`).FindSubmatch(face[1])
		if family == nil || weight == nil {
			t.Fatalf("a face without family or weight: %s", face[1])
		}
		name := string(family[1])
		if before := weights[name]; before != "" && before != string(weight[1]) {
			t.Errorf("%s has faces for %s and for %s", name, before, weight[1])
		}
		weights[name] = string(weight[1])
	}
	if len(weights) < 2 {
		t.Errorf("trellis.css has fonts of %d families", len(weights))
	}
}

// What every page loads has a budget, as it is sent: a page has to come quickly on
// a slow line. What only some pages need belongs into a file of its own.
func TestWhatEveryPageLoadsStaysWithinItsBudget(t *testing.T) {
	for name, budget := range map[string]int{"app.js": 6 << 10, "trellis.css": 15 << 10, "vendor/htmx.min.js": 17 << 10} {
		if size := gzipped(t, read(t, name)); size > budget {
			t.Errorf("%s has %d bytes, compressed; its budget is %d", name, size, budget)
		}
	}
}

func gzipped(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
