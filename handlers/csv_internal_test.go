package handlers

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

// What a spreadsheet could take for a formula is text, and everything else is as
// it was.
func TestCSVIsHarmless(t *testing.T) {
	for cell, want := range map[string]string{
		`=HYPERLINK("https://evil.example")`: `'=HYPERLINK("https://evil.example")`, "+1": "'+1", "-1": "'-1", "@SUM(1)": "'@SUM(1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
		"": "", "Ada": "Ada", "a=b": "a=b", "o'neil": "o'neil", "read:invoice": "read:invoice", "مريم": "مريم",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q became %q, want %q", cell, got, want)
		}
	}
	var b bytes.Buffer
	out := newCSV(&b)
	out.row("id", "name")
	out.row("1", "Ada \"the\" Countess, first\nprogrammer")
	if err := out.flush(); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeff\"id\",\"name\"\r\n\"1\",\"Ada \"\"the\"\" Countess, first\nprogrammer\"\r\n"; b.String() != want {
		t.Errorf("file %q, want %q", b.String(), want)
	}
}

// Any two cells come back from a reader as they were written, but for the guard,
// and none begins as a formula does.
func FuzzCSVIsHarmless(f *testing.F) {
	for _, seed := range []string{"=1+1", "\"", "a,b", "\r\n", "'", "＝", "\x00", "-"} {
		f.Add(seed, "x")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		var b bytes.Buffer
		out := newCSV(&b)
		out.row(one, two)
		if err := out.flush(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), byteOrderMark))).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 {
			t.Fatalf("rows %q, %v", rows, err)
		}
		for i, cell := range []string{one, two} {
			got, plain := rows[0][i], strings.ReplaceAll(cell, "\r\n", "\n") // as the reader has it
			if strings.TrimPrefix(got, "'") != plain && got != plain && strings.TrimPrefix(got, "'") != strings.TrimPrefix(plain, "'") {
				t.Fatalf("%q came back as %q", cell, got)
			}
			if got != "" && strings.ContainsRune(formulaStart, []rune(got)[0]) {
				t.Fatalf("%q begins a formula", got)
			}
		}
	})
}
