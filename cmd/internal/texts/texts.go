// Package texts knows the characters that texts of a tenant do not hold.
package texts

import (
	"net/mail"
	"strings"
	"unicode"
)

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

// Deceives reports whether name looks like another one, or like none: it has a
// deceptive character, or nothing in it is seen. Blanks alone do not deceive: the
// Authorization Extension took them.
func Deceives(name string) bool {
	rest := strings.TrimSpace(name)
	return strings.ContainsFunc(name, Deceptive) || rest != "" && !strings.ContainsFunc(rest, seen)
}

func seen(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// maxEmail is how long an address can be that mail reaches.
const maxEmail = 254

// Email reports whether s is an address and nothing else, such as one with a name.
func Email(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxEmail && !strings.ContainsFunc(s, Control) && !strings.ContainsFunc(s, Deceptive)
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
