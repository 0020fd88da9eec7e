package store

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Fold is the key under which a name is found and sorted: the same for every
// spelling of it in upper and lower case.
func Fold(name string) string { return fold(name) }

// fold is the key under which a name is unique: the same for every spelling of
// it in upper and lower case. One folding in Go serves both databases, whose
// own ones differ.
func fold(name string) string {
	return norm.NFC.String(cases.Lower(language.Und).String(norm.NFC.String(name)))
}

// like is the pattern that finds text anywhere, whatever it holds. Queries use
// it with escape '\'.
func like(text string) string {
	out := make([]rune, 0, len(text)+2)
	out = append(out, '%')
	for _, r := range text {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(append(out, '%'))
}
