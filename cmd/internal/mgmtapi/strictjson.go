package mgmtapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxDepth bounds how deep a body may nest.
const maxDepth = 32

var errJSON = errors.New("the body is not one JSON value")

// strict refuses a body that two readers could understand differently: one with
// a key given twice, with something behind its value, or with text that is no
// Unicode. It also refuses control characters, but for line breaks and tabs.
func strict(body []byte) error {
	if !utf8.Valid(body) || lonely(body) {
		return errors.New("the body is not in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := value(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errJSON
	}
	return nil
}

// value reads one value from d.
func value(d *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("the body nests deeper than %d levels", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return errJSON
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return members(d, depth)
		}
		return elements(d, depth)
	case string:
		return readable(t)
	case json.Number:
		if _, err := t.Float64(); err != nil {
			return errors.New("a number is too large")
		}
	}
	return nil
}

func members(d *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return errJSON
		}
		key, _ := t.(string)
		if seen[key] {
			return fmt.Errorf("%q is given twice", key)
		}
		seen[key] = true
		if err := readable(key); err != nil {
			return err
		}
		if err := value(d, depth+1); err != nil {
			return err
		}
	}
	return closing(d)
}

func elements(d *json.Decoder, depth int) error {
	for d.More() {
		if err := value(d, depth+1); err != nil {
			return err
		}
	}
	return closing(d)
}

func closing(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return errJSON
	}
	return nil
}

// readable refuses text with characters that no text has.
func readable(s string) error {
	for _, r := range s {
		if control(r) && r != '\n' && r != '\r' && r != '\t' {
			return fmt.Errorf("a text holds the control character %U", r)
		}
	}
	return nil
}

// control reports characters that are no text: C0, C1 and the two that Unicode
// promises never to use.
func control(r rune) bool {
	return r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0xfffe || r == 0xffff
}

// lonely reports an escaped half of a surrogate pair, which the decoder would
// silently replace.
func lonely(body []byte) bool {
	for i := 0; i+1 < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++
		if body[i] != 'u' {
			continue
		}
		switch first := unit(body, i+1); {
		case first >= 0xdc00 && first <= 0xdfff:
			return true
		case first >= 0xd800 && first <= 0xdbff:
			second := -1
			if i+6 < len(body) && body[i+5] == '\\' && body[i+6] == 'u' {
				second = unit(body, i+7)
			}
			if second < 0xdc00 || second > 0xdfff {
				return true
			}
			i += 6
		}
	}
	return false
}

// unit is the four hexadecimal digits of body at i, or -1.
func unit(body []byte, i int) int {
	if i+4 > len(body) {
		return -1
	}
	n, err := strconv.ParseUint(string(body[i:i+4]), 16, 32)
	if err != nil {
		return -1
	}
	return int(n)
}
