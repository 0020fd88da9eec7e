package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// MaxDepth is how deep lists and objects may nest.
const MaxDepth = 32

// ErrSyntax says that a body is not one JSON value.
var ErrSyntax = errors.New("the body is not one JSON value")

// Decode is the value of body: nil, bool, float64, string, []any or map[string]any.
func Decode(body []byte) (any, error) {
	if !utf8.Valid(body) || loneSurrogate(body) {
		return nil, errors.New("the body is not Unicode text")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // a number too large for a float64 is an error below, not here
	v, err := value(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrSyntax
	}
	return v, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, ErrSyntax
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == MaxDepth {
			return nil, fmt.Errorf("the body nests deeper than %d levels", MaxDepth)
		}
		if t == '{' {
			return object(d, depth+1)
		}
		return list(d, depth+1)
	case json.Number:
		n, err := t.Float64()
		if err != nil {
			return nil, fmt.Errorf("the number %.20s is too large", t)
		}
		return n, nil
	default:
		return t, nil
	}
}

func object(d *json.Decoder, depth int) (any, error) {
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, ErrSyntax
		}
		key, _ := t.(string)
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("the key %q is given twice", key)
		}
		if out[key], err = value(d, depth); err != nil {
			return nil, err
		}
	}
	return out, end(d)
}

func list(d *json.Decoder, depth int) (any, error) {
	out := []any{}
	for d.More() {
		v, err := value(d, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, end(d)
}

func end(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return ErrSyntax
	}
	return nil
}

// loneSurrogate finds an escaped half of a UTF-16 pair, which encoding/json
// would silently replace.
func loneSurrogate(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++ // what is escaped
		switch unit := escape(body[i:]); {
		case unit >= 0xdc00 && unit <= 0xdfff:
			return true
		case unit >= 0xd800 && unit <= 0xdbff:
			low := body[min(i+5, len(body)):]
			if len(low) == 0 || low[0] != '\\' {
				return true
			}
			if unit := escape(low[1:]); unit < 0xdc00 || unit > 0xdfff {
				return true
			}
			i += 6
		}
	}
	return false
}

// escape is the UTF-16 unit that text spells as uXXXX, or -1.
func escape(text []byte) int64 {
	if len(text) < 5 || text[0] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(text[1:5]), 16, 16)
	if err != nil {
		return -1
	}
	return int64(n)
}
