// Package texts knows the characters that texts of a tenant do not hold.
package texts

import "unicode"

// Control reports what no text holds: control characters, and the two that
// Unicode promises never to use.
func Control(r rune) bool { return unicode.IsControl(r) || r == 0xfffe || r == 0xffff }

// ControlInLines is Control for texts of several lines.
func ControlInLines(r rune) bool { return Control(r) && r != '\n' && r != '\r' && r != '\t' }

// Deceptive reports what makes two names look alike or a name look like
// another: marks of direction, and characters without a shape. The joiners stay
// allowed: Persian and emoji need them.
func Deceptive(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || r == 0x200b || r == 0x2060 || r == 0xfeff || r >= 0xe0000 && r <= 0xe007f
}

// Units is how long s is in UTF-16, as browsers and the old API count.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
