package mgmtapi

import (
	"fmt"
	"slices"

	"trellis/cmd/internal/strictjson"
)

// strict reports what keeps body from being one JSON value whose texts a
// database and a page can hold.
func strict(body []byte) error {
	v, err := strictjson.Decode(body)
	if err != nil {
		return err
	}
	return readable(v)
}

// readable reports the first text within v, a key or a value, that is not made
// of characters to read.
func readable(v any) error {
	switch v := v.(type) {
	case string:
		return readableText(v)
	case []any:
		for _, element := range v {
			if err := readable(element); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, member := range v {
			if err := readableText(key); err != nil {
				return err
			}
			if err := readable(member); err != nil {
				return err
			}
		}
	}
	return nil
}

func readableText(s string) error {
	i := slices.IndexFunc([]rune(s), func(r rune) bool {
		return control(r) && r != '\n' && r != '\r' && r != '\t'
	})
	if i < 0 {
		return nil
	}
	return fmt.Errorf("a text holds the control character %U", []rune(s)[i])
}

// control reports whether r stands for no text: Unicode's controls, and the two
// code points of the basic plane that are no characters.
func control(r rune) bool {
	return r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0xfffe || r == 0xffff
}
