//go:build gallery

package diagram_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestGallery writes pictures of three sizes, for eyes to judge.
func TestGallery(t *testing.T) {
	dir := filepath.Join("..", "..", "e2e", "artifacts", "graph")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, groups := range []int{40, 150, 300} {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.svg", groups)), []byte(sample(groups).SVG()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
