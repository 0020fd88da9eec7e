//go:build gallery

package diagram_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGallery writes pictures of three sizes, for eyes to judge: as they are
// downloaded and printed, and as the dashboard shows them in light and dark. To look,
// open the files in a browser, or
//
//	go test -tags gallery -run '^TestGallery$' ./web/diagram
//	cd e2e/artifacts/graph
//	chromium --headless --window-size=3000,3700 --screenshot=300-dark.png "file://$PWD/300-dark.html"
//
// Somebody who follows a line with a finger has to arrive where it leads.
func TestGallery(t *testing.T) {
	dir := filepath.Join("..", "..", "e2e", "artifacts", "graph")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	css, err := filepath.Abs(filepath.Join("..", "..", "static", "trellis.css"))
	if err != nil {
		t.Fatal(err)
	}
	for _, groups := range []int{40, 150, 300} {
		svg := sample(groups).SVG()
		files := map[string]string{".svg": svg}
		for _, theme := range []string{"light", "dark"} {
			files["-"+theme+".html"] = fmt.Sprintf(`<!doctype html><html lang="en" data-theme="%s"><meta charset="utf-8"><link rel="stylesheet" href="file://%s"><body>%s`, theme, css, styled(svg))
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(groups)+name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// styled is a picture in the colours of the dashboard in place of its own.
func styled(svg string) string {
	before, rest, _ := strings.Cut(svg, "<style>")
	_, after, _ := strings.Cut(rest, "</style>")
	return strings.Replace(before, "<svg ", `<svg class="dag" `, 1) + after
}
