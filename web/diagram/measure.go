package diagram

import "unicode"

// advances is how wide the characters from space to tilde are, in hundredths of the
// size, in the medium weight of the font of the dashboard.
var advances = [...]uint8{
	27, 30, 49, 64, 65, 99, 65, 31, 37, 37, 52, 67, 30, 46, 30, 37, 65, 42, 62, 63, 66, 60, 63, 57, 63, 63, 30, 32, 67, 67, 67, 53,
	98, 71, 66, 73, 72, 60, 59, 75, 74, 27, 58, 69, 57, 91, 76, 77, 64, 77, 65, 65, 65, 74, 71, 100, 70, 70, 64, 37, 37, 37, 48, 46,
	34, 57, 62, 58, 62, 59, 38, 62, 60, 25, 25, 56, 25, 89, 60, 60, 62, 62, 39, 54, 34, 60, 57, 83, 56, 58, 56, 44, 35, 44, 67,
}

// advance is how wide a character is. Of what is not in the font it is a guess on
// the wide side, as the font of the reader is not known.
func advance(r rune) float64 {
	switch {
	case r >= ' ' && int(r-' ') < len(advances):
		return float64(advances[r-' ']) / 100
	case r == '↑' || r == '↓':
		return .7
	case unicode.IsMark(r) || unicode.Is(unicode.Cf, r):
		return 0
	case unicode.Is(unicode.Han, r) || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || unicode.Is(unicode.So, r):
		return 1.1
	case unicode.IsUpper(r):
		return .8
	}
	return .68
}

// textWidth is how wide a text is at a size.
func textWidth(text string, size float64) float64 {
	width := 0.0
	for _, r := range text {
		width += advance(r)
	}
	return width * size
}

// shortened is a text that is no wider than most, with an ellipsis where something
// is left out. Marks stay with their letters.
func shortened(text string, size, most float64) string {
	if textWidth(text, size) <= most {
		return text
	}
	width, end := advance('m')*size, 0
	for i, r := range text {
		if width += advance(r) * size; width > most {
			break
		}
		end = i + len(string(r))
	}
	return text[:end] + "…"
}
