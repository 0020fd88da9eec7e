package urls

import (
	"net/url"
	"strconv"
)

// Patterns of the comparison of two users, groups or roles.
const (
	Compare     = "/compare"
	CompareEnd  = "/compare/choose"
	CompareCopy = "/compare/copy"
	CompareFile = "/compare/file"
)

// UsualEnd is the kind of an end that stands for what members of a group usually have.
const UsualEnd = "usual"

// Comparison is a comparison of two, as End words them. Either may be missing.
type Comparison struct {
	Left, Right string
	Direct      bool   // only what they have directly
	Application string // of roles and permissions only its own
	Percent     int    // of the members, who have what counts as usual; 0 is the usual number
	All         bool   // as many rows as an answer can have
}

// ToCompare compares two, as End words them.
func ToCompare(left, right string) string { return Comparison{Left: left, Right: right}.To() }

// To is the comparison.
func (s Comparison) To() string { return with(Compare, s.pairs()...) }

// ToFile is all of the comparison as a file.
func (s Comparison) ToFile() string {
	s.All = false
	return with(CompareFile, s.pairs()...)
}

// ToChoose offers what one end can be, "left" or "right", among those of a kind.
func (s Comparison) ToChoose(end, kind string) string {
	return with(CompareEnd, append(s.pairs(), "end", end, "kind", kind)...)
}

// ToCopy asks whether things shall be copied to the "left" or the "right" end.
func (s Comparison) ToCopy(to string, things ...string) string {
	q := url.Values{"to": {to}, "thing": things}
	for i, pairs := 0, s.pairs(); i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return CompareCopy + "?" + q.Encode()
}

// State is the comparison as fields of a form, those that are not empty.
func (s Comparison) State() [][2]string {
	var out [][2]string
	for i, pairs := 0, s.pairs(); i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, [2]string{pairs[i], pairs[i+1]})
		}
	}
	return out
}

func (s Comparison) pairs() []string {
	flag := map[bool]string{true: "1"}
	percent := ""
	if s.Percent > 0 {
		percent = strconv.Itoa(s.Percent)
	}
	return []string{
		"left", s.Left, "right", s.Right, "direct", flag[s.Direct], "application", s.Application, "percent", percent, "all", flag[s.All],
	}
}
