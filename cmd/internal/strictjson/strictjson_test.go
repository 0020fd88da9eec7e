package strictjson_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"trellis/cmd/internal/strictjson"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, body string
		want       any
		wantErr    string
	}{
		{name: "an object", body: ` {"a": [1, "x", null, true]} `, want: map[string]any{"a": []any{1.0, "x", nil, true}}},
		{name: "an empty list", body: `[]`, want: []any{}},
		{name: "a pair of surrogates", body: `"\ud83d\ude00"`, want: "😀"},
		{name: "an escaped backslash is no surrogate", body: `"\\ud800"`, want: `\ud800`},
		{name: "a key in two cases is two keys", body: `{"a":1,"A":2}`, want: map[string]any{"a": 1.0, "A": 2.0}},
		{name: "a repeated key", body: `{"a":1,"a":2}`, wantErr: `the key "a" is given twice`},
		{name: "a repeated key, spelt otherwise", body: `{"a":1,"\u0061":2}`, wantErr: `the key "a" is given twice`},
		{name: "something behind", body: `{} {}`, wantErr: "not one JSON value"},
		{name: "a bracket behind", body: `[]]`, wantErr: "not one JSON value"},
		{name: "cut short", body: `{"a":`, wantErr: "not one JSON value"},
		{name: "nothing", body: ``, wantErr: "not one JSON value"},
		{name: "NaN", body: `NaN`, wantErr: "not one JSON value"},
		{name: "a number without end", body: `1e999`, wantErr: "too large"},
		{name: "invalid UTF-8", body: "\"\xff\"", wantErr: "not Unicode"},
		{name: "half a pair", body: `"\ud800"`, wantErr: "not Unicode"},
		{name: "half a pair at the end", body: `"\ud83d\u`, wantErr: "not Unicode"},
		{name: "the other half", body: `"\udc00"`, wantErr: "not Unicode"},
		{name: "two first halves", body: `"\ud800\ud800"`, wantErr: "not Unicode"},
		{name: "deep enough", body: strings.Repeat("[", 32) + strings.Repeat("]", 32), want: nested(31)},
		{name: "too deep", body: strings.Repeat("[", 33) + strings.Repeat("]", 33), wantErr: "deeper than 32"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := strictjson.Decode([]byte(tt.body))
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Errorf("err = %v, want %q in it", err, tt.wantErr)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %#v, %v, want %#v", got, err, tt.want)
			}
		})
	}
}

func nested(depth int) any {
	v := []any{}
	for range depth {
		v = []any{v}
	}
	return v
}

// Whatever the bytes: no panic, and what is accepted is what encoding/json
// reads there too, and survives being written again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"name":"x","description":"y"}`, `["a"]`, `"\ud83d\ude00"`, `{"a":{"b":[1e3,-0]}}`, `\u`, `"\ud8`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := strictjson.Decode(body)
		if err != nil {
			return
		}
		var want any
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%q was accepted, and encoding/json says %v", body, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is %#v, and for encoding/json %#v", body, got, want)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := strictjson.Decode(again); err != nil || !reflect.DeepEqual(got, second) {
			t.Fatalf("%q came back as %#v, %v", again, second, err)
		}
	})
}
