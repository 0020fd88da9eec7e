package handlers

import (
	"fmt"
	"testing"

	"trellis/web/diagram"
)

// Sheets cover a picture from edge to edge, and each is legible.
func TestSheetsCoverAPicture(t *testing.T) {
	for _, c := range []struct {
		width, height float64
		sheets        int
	}{{400, 300, 0}, {1900, 1120, 0}, {1901, 300, 2}, {2844, 3566, 8}} {
		found := sheets(diagram.Picture{Width: c.width, Height: c.height})
		if len(found) != c.sheets {
			t.Errorf("%v x %v needs %d sheets, got %d", c.width, c.height, c.sheets, len(found))
		}
		for i, s := range found {
			var x, y, width, height float64
			if _, err := fmt.Sscan(s.View, &x, &y, &width, &height); err != nil {
				t.Fatal(err)
			}
			if width > sheetWidth || height > sheetHeight || x+width > c.width+.2 || y+height > c.height+.2 {
				t.Errorf("sheet %q of %v x %v", s.View, c.width, c.height)
			}
			if last := i == len(found)-1; last && (x+width < c.width-.2 || y+height < c.height-.2) {
				t.Errorf("the last sheet %q ends before %v x %v", s.View, c.width, c.height)
			}
		}
	}
}
