package texts_test

import (
	"strings"
	"testing"

	"trellis/cmd/internal/texts"
)

func TestWhatNoTextHolds(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		r                        rune
		control, lines, deceives bool
	}{
		{"a letter", 'a', false, false, false},
		{"NUL", 0, true, true, false},
		{"a line break", '\n', true, false, false},
		{"C1", 0x85, true, true, false},
		{"a non-character", 0xffff, true, true, false},
		{"right to left", 0x202e, false, false, true},
		{"an isolate", 0x2066, false, false, true},
		{"a blank without width", 0x200b, false, false, true},
		{"a tag", 0xe0041, false, false, true},
		{"a joiner", 0x200d, false, false, false},
		{"an emoji", 0x1f600, false, false, false},
	} {
		if texts.Control(tt.r) != tt.control || texts.ControlInLines(tt.r) != tt.lines || texts.Deceptive(tt.r) != tt.deceives {
			t.Errorf("%s is judged otherwise", tt.name)
		}
	}
}

func TestNamesThatDeceive(t *testing.T) {
	for name, want := range map[string]bool{
		"Team": false, "می‌خواهم": false, "👩\u200d💻": false, "❤\ufe0f": false, " ": false, "": false, "a\u00adb": false,
		"a\u202eb": true, "\ufe0f": true, "\u200d": true, " \u200c ": true, "\u00ad": true, "\u3164": true, "\u034f\U000e0101": true,
	} {
		if got := texts.Deceives(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "ü": 1, "u\u0308": 2, "😀": 2, strings.Repeat("😀", 25): 50} {
		if got := texts.Units(s); got != want {
			t.Errorf("Units(%q) = %d, want %d", s, got, want)
		}
	}
}
