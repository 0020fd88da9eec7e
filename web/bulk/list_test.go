package bulk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"trellis/web/bulk"
)

func TestParseList(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // number:text, with what is wrong after a bar
	}{
		{"one on each line", "a@x.example\n\n auth0|1 \r\nb@x.example", "1:a@x.example 3:auth0|1 4:b@x.example"},
		{"several on a line", "a@x.example, b@x.example;auth0|1\tc@x.example", "1:a@x.example 1:b@x.example 1:auth0|1 1:c@x.example"},
		{"from a mail program", `Ada Lovelace <ada@x.example>, "bo@x.example"`, "1:ada@x.example 1:bo@x.example"},
		{"twice, in other letters", "a@x.example\nA@x.example", "1:a@x.example 2:A@x.example|duplicate"},
		{"CSV with a head", "name,email\n\"Lovelace, Ada\",ada@x.example\nBo,bo@x.example\n", "2:ada@x.example 3:bo@x.example"},
		{"our own export", "\ufeff\"user_id\",\"name\",\"email\"\r\n\"auth0|1\",\"'=1+1\",\"a@x.example\"\r\n\"'@odd\",\"\",\"\"\r\n", "2:auth0|1 3:@odd"},
		{"CSV of a German Excel", "Name;E-Mail\nAda;ada@x.example", "2:ada@x.example"},
		{"an e-mail with a blank", "a b@x.example", "1:a b@x.example|invalid"},
		{"what nobody can see", "a\u202eb\nzero\u200bwidth\na\x00b", "1:a\u202eb|invalid 2:zero\u200bwidth|invalid 3:a\x00b|invalid"},
		{"too long", strings.Repeat("x", 257), "1:" + strings.Repeat("x", 257) + "|invalid"},
		{"a dot", "..", "1:..|invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines, problem := bulk.ParseList(tt.text)
			var got []string
			for _, l := range lines {
				word := fmt.Sprintf("%d:%s", l.Number, l.Text)
				if l.Verdict != "" {
					word += "|" + string(l.Verdict)
				}
				got = append(got, word)
			}
			if strings.Join(got, " ") != tt.want || problem != "" {
				t.Errorf("lines %q, problem %q, want %q", got, problem, tt.want)
			}
		})
	}
}

func TestListsThatCannotBeUsed(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "Paste at least one",
		" \n\n,;":                             "Paste at least one",
		"user_id,email\n":                     "Paste at least one",
		strings.Repeat("a@x.example\n", 5001): "at most 5000 entries; this one has 5001",
		"\xff\xfea\x00":                       "not UTF-8",
	} {
		if lines, problem := bulk.ParseList(text); lines != nil || !strings.Contains(problem, want) {
			t.Errorf("%.20q: %d lines, %q", text, len(lines), problem)
		}
	}
}

// Whatever is pasted, nothing breaks, no line is empty, and what is not refused can
// be sent to the APIs.
func FuzzParseList(f *testing.F) {
	for _, seed := range []string{"a@x.example\nauth0|1", "\ufeffemail\n\"a\nb\"", "user_id;x\n\"", "<>", "'=", `"`, "a,b;c\td", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines, problem := bulk.ParseList(text)
		if (problem == "") == (len(lines) == 0) || len(lines) > bulk.MostLines {
			t.Fatalf("%d lines and problem %q", len(lines), problem)
		}
		var fine []string
		for _, l := range lines {
			if l.Text == "" || l.Number < 1 {
				t.Fatalf("line %+v", l)
			}
			if l.Verdict != "" {
				continue
			}
			if len(l.Text) > 256 || !utf8.ValidString(l.Text) || l.Text == ".." || slices.Contains(fine, strings.ToLower(l.Text)) {
				t.Fatalf("line %d is %q", l.Number, l.Text)
			}
			fine = append(fine, strings.ToLower(l.Text))
		}
	})
}
