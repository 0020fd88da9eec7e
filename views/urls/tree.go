package urls

import (
	"net/url"
	"strconv"
	"strings"
)

// Patterns of the tree of groups.
const (
	Tree        = "/groups/tree"
	TreeRows    = "/groups/tree/rows"
	TreePlace   = "/groups/tree/place"
	TreeMove    = "/groups/tree/move"
	TreeTakeOut = "/groups/tree/take-out"
)

// Branch is a group that is open at one place of the tree, and what is open below
// it. Pages is how many pages of it are shown; 0 is one.
type Branch struct {
	ID    string
	Pages int
	Open  []Branch
}

// TreeView is a state of the tree of groups.
type TreeView struct {
	Root       string // the group that it is below; empty for the whole tree
	Search     string
	Open       []Branch
	Pages      int      // of the top, as those of a branch
	Focus      []string // ids of the groups down to the row that the person is at
	Reveal, In string   // instead of Focus: a group to lead to, and the group around it
}

// To is the tree in this state.
func (t TreeView) To() string {
	pages := ""
	if t.Pages > 1 {
		pages = strconv.Itoa(t.Pages)
	}
	pairs := []string{
		"q", t.Search, "open", WordBranches(t.Open), "pages", pages,
		"focus", WordWay(t.Focus), "reveal", t.Reveal, "in", t.In,
	}
	if t.Root != "" {
		return with(ToGroupNested(t.Root), append(pairs, "view", "tree")...)
	}
	return with(Tree, pairs...)
}

// ToTreePlace is what can be done with a group at its place in another one, or at
// the top.
func ToTreePlace(group, in string) string { return with(TreePlace, "group", group, "in", in) }

// ToTreeMove moves a group out of from into to; without from it only nests it
// there, and without to it asks where to.
func ToTreeMove(group, from, to string) string {
	return with(TreeMove, "group", group, "from", from, "to", to)
}

// ToTreeTakeOut asks whether a group shall leave from.
func ToTreeTakeOut(group, from string) string {
	return with(TreeTakeOut, "group", group, "from", from)
}

// What is open is written in the order of the rows: "~" leads to the first one
// below, "." to the next one beside, and each further "." one level up before.
const (
	down   = "~"
	beside = "."
	pages  = "*"
)

// mostOpen is how many open groups an address is read for.
const mostOpen = 300

// WordBranches is what is open, for an address.
func WordBranches(open []Branch) string {
	var b strings.Builder
	wordBranches(&b, open, 1, 0)
	return b.String()
}

// wordBranches writes the branches of one level, after a row of level last.
func wordBranches(b *strings.Builder, open []Branch, level, last int) int {
	for _, branch := range open {
		switch {
		case last == 0:
		case level > last:
			b.WriteString(down)
		default:
			b.WriteString(strings.Repeat(beside, last-level+1))
		}
		b.WriteString(WordID(branch.ID))
		if branch.Pages > 1 {
			b.WriteString(pages + strconv.Itoa(branch.Pages))
		}
		last = wordBranches(b, branch.Open, level+1, level)
	}
	return last
}

// ReadBranches is what an address says is open. Nothing in it is an error: what it
// does not understand is left out.
func ReadBranches(words string) []Branch {
	top := Branch{}
	way := []*Branch{&top}
	for n := 0; words != "" && n < mostOpen; n++ {
		end := strings.IndexAny(words, down+beside)
		if end < 0 {
			end = len(words)
		}
		branch := readBranch(words[:end])
		words = words[end:]
		in := way[len(way)-1]
		in.Open = append(in.Open, branch)
		if after, ok := strings.CutPrefix(words, down); ok {
			words = after
			way = append(way, &in.Open[len(in.Open)-1])
			continue
		}
		after := strings.TrimLeft(words, beside)
		up := max(len(words)-len(after)-1, 0)
		way = way[:max(len(way)-up, 1)]
		words = after
	}
	return known(top.Open)
}

func readBranch(word string) Branch {
	id, n, _ := strings.Cut(word, pages)
	shown, _ := strconv.Atoi(n)
	return Branch{ID: readID(id), Pages: min(max(shown, 0), 1000)}
}

// known is open without what has no id.
func known(open []Branch) []Branch {
	var out []Branch
	for _, branch := range open {
		if branch.ID != "" {
			branch.Open = known(branch.Open)
			out = append(out, branch)
		}
	}
	return out
}

// WordWay is ids from the top downwards, for an address.
func WordWay(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = WordID(id)
	}
	return strings.Join(words, down)
}

// ReadWay is the ids that WordWay wrote.
func ReadWay(words string) []string {
	var ids []string
	for word := range strings.SplitSeq(words, down) {
		if id := readID(word); id != "" && len(ids) < mostOpen {
			ids = append(ids, id)
		}
	}
	return ids
}

// WordID is an id as it stands in a list of what is open.
func WordID(id string) string {
	return strings.NewReplacer(".", "%2E", "~", "%7E", "*", "%2A").Replace(url.PathEscape(id))
}

func readID(word string) string {
	id, err := url.PathUnescape(word)
	if err != nil {
		return ""
	}
	return id
}
