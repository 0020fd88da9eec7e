package diagram_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trellis/web/diagram"
)

func company() diagram.Diagram {
	return diagram.Diagram{
		Nodes: []diagram.Node{
			{Kind: diagram.Group, Name: "Engineering", Focus: true},
			{Kind: diagram.Group, Name: "All staff"},
			{Kind: diagram.Group, Name: "Platform"},
			{Kind: diagram.Role, Name: "Deployer"},
			{Kind: diagram.Permission, Name: "deploy:all"},
			{Kind: diagram.User, Name: "Ada"},
			{Kind: diagram.Fold, Name: "+ 12 groups"},
		},
		Edges: []diagram.Edge{{1, 0}, {0, 2}, {3, 0}, {4, 3}, {2, 5}, {0, 6}, {1, 2}},
	}
}

const companyText = `All staff
  Engineering (focus)
    Platform
      Ada [user]
    + 12 groups
  Platform (what is below it: see above)
deploy:all [permission]
  Deployer [role]
    Engineering (focus)
`

func TestText(t *testing.T) {
	if d := cmp.Diff(companyText, company().Text()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	circle := diagram.Diagram{
		Nodes: []diagram.Node{{Kind: diagram.Group, Name: "A", Focus: true}, {Kind: diagram.Group, Name: "B"}},
		Edges: []diagram.Edge{{0, 1}, {1, 0}, {1, 1}},
	}
	const want = "A (focus)\n  B\n    A (a circle: it contains itself)\n    B (a circle: it contains itself)\n"
	if d := cmp.Diff(want, circle.Text()); d != "" {
		t.Errorf("a circle (-want +got):\n%s", d)
	}
}

func TestDOT(t *testing.T) {
	got := company().DOT()
	for _, want := range []string{
		"digraph access {\n", `  n0 [label="Engineering", shape=box, penwidth=3];` + "\n", `  n5 [label="Ada", shape=ellipse];` + "\n", "  n1 -> n0;\n", "  n1 -> n2;\n}\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %q", got, want)
		}
	}
}

func TestMermaid(t *testing.T) {
	const want = `flowchart TD
  n0["Engineering"]
  n1["All staff"]
  n2["Platform"]
  n3("Deployer")
  n4[/"deploy:all"/]
  n5(["Ada"])
  n6["+ 12 groups"]
  n1 --- n0
  n0 --- n2
  n3 --- n0
  n4 --- n3
  n2 --- n5
  n0 --- n6
  n1 --- n2
  style n0 stroke-width:3px
`
	if d := cmp.Diff(want, company().Mermaid()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A picture for somebody outside shows who is connected to what, and no name.
func TestMaskedSaysNoName(t *testing.T) {
	d := company().Masked()
	for what, text := range map[string]string{"text": d.Text(), "DOT": d.DOT(), "Mermaid": d.Mermaid()} {
		for _, n := range company().Nodes {
			if n.Kind != diagram.Fold && strings.Contains(text, n.Name) {
				t.Errorf("%s tells %q", what, n.Name)
			}
		}
		for _, name := range []string{"G1", "G2", "G3", "R1", "P1", "U1", "+ 12 groups"} {
			if !strings.Contains(text, name) {
				t.Errorf("%s lacks %s", what, name)
			}
		}
	}
}

// hostile are names that would be something else than a name, were they let.
var hostile = []string{
	`"]; n9 -> n9; x [label="`, `\`, `\"`, `a\nb`, "a\nb", "a\r\nn0 --- n0", `"<img src=x onerror=alert(1)>`, "<b>&lt;", "#quot;", "#34;", "`code`", "**x**",
	`"] click n0 "javascript:alert(1)"`, "%%{init: {}}%%", "end", "subgraph", "\u202etxet", "\x00\x1b[31m", "\u2028n0", "}", "*/", "", "  ", "مجموعة", "李小龍", "🦊👩‍👩‍👧", strings.Repeat("Wolf", 300),
	"=cmd|' /C calc'!A0", "\xff\xfe", "\ufffe",
}

var (
	dotNode     = regexp.MustCompile(`^  n(\d+) \[label="((?:[^"\\\n]|\\\\|\\")*)", shape=[a-z]+\];$`)
	mermaidNode = regexp.MustCompile("^  n(\\d+)\\[\"((?:[^\"<>&`*_%#\\\\\\n]|#[0-9]+;)+)\"\\]$")
)

// Each name is in its place and nowhere else: what is written can be read back.
func checkNames(t *testing.T, name string) {
	d := diagram.Diagram{Nodes: []diagram.Node{{Kind: diagram.Group, Name: name}}}
	want := diagram.Plain(name)
	if want == "" {
		want = "(blank name)"
	}
	lines := strings.Split(strings.TrimSuffix(d.DOT(), "\n"), "\n")
	m := dotNode.FindStringSubmatch(lines[4])
	if len(lines) != 6 || m == nil {
		t.Fatalf("DOT of %q: %q", name, lines)
	}
	if got := strings.NewReplacer(`\\`, `\`, `\"`, `"`, `&amp;`, `&`).Replace(m[2]); got != want {
		t.Errorf("DOT has %q for %q", got, name)
	}
	lines = strings.Split(strings.TrimSuffix(d.Mermaid(), "\n"), "\n")
	if len(lines) != 2 || mermaidNode.FindString(lines[1]) == "" {
		t.Fatalf("Mermaid of %q: %q", name, lines)
	}
	got := regexp.MustCompile(`#(\d+);`).ReplaceAllStringFunc(mermaidNode.FindStringSubmatch(lines[1])[2], func(code string) string {
		n, err := strconv.Atoi(code[1 : len(code)-1])
		if err != nil {
			t.Fatal(err)
		}
		return string(rune(n))
	})
	if got != want {
		t.Errorf("Mermaid has %q for %q", got, name)
	}
	if got := d.Text(); got != want+"\n" {
		t.Errorf("the text has %q for %q", got, name)
	}
	label := d.Draw().Boxes[0].Label
	var escaped strings.Builder
	if err := xml.EscapeText(&escaped, []byte(label)); err != nil || strings.Contains(escaped.String(), "\ufffd") || !utf8.ValidString(label) {
		t.Errorf("%q is shown as %q, which XML cannot have", name, label)
	}
}

func TestNamesStayNames(t *testing.T) {
	for _, name := range hostile {
		checkNames(t, name)
	}
}

func FuzzNamesStayNames(f *testing.F) {
	for _, name := range hostile {
		f.Add(name)
	}
	f.Fuzz(checkNames)
}

// A picture that stands alone is well-formed, whatever the names, and holds nothing
// that runs or leads anywhere.
func TestAPictureAloneIsHarmless(t *testing.T) {
	d := company()
	for _, name := range hostile {
		d.Nodes = append(d.Nodes, diagram.Node{Kind: diagram.Role, Name: name, Meta: name})
		d.Edges = append(d.Edges, diagram.Edge{From: len(d.Nodes) - 1, To: 0})
	}
	texts := 0
	for read := xml.NewDecoder(strings.NewReader(d.SVG())); ; {
		token, err := read.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains([]string{"svg", "style", "title", "path", "g", "rect", "text"}, element.Name.Local) {
			t.Errorf("a picture has <%s>", element.Name.Local)
		}
		if element.Name.Local == "text" {
			texts++
		}
		for _, a := range element.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" {
				t.Errorf("<%s> has %s=%q", element.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	if texts < len(d.Nodes) {
		t.Errorf("%d texts for %d boxes", texts, len(d.Nodes))
	}
}

// The sample is drawn with no more crossings and no wider than it was found to be:
// whoever changes the layout looks at its pictures.
func TestTheSampleIsDrawnWell(t *testing.T) {
	for groups, most := range map[int]float64{40: 1600, 150: 4300, 300: 9000} {
		d := sample(groups)
		if p := d.Draw(); p.Width > most {
			t.Errorf("%d groups are %v wide, want %v at most", groups, p.Width, most)
		}
	}
}

func TestLongNamesAreShortened(t *testing.T) {
	p := diagram.Diagram{Nodes: []diagram.Node{{Kind: diagram.Group, Name: strings.Repeat("Wolf", 300)}}}.Draw()
	if b := p.Boxes[0]; !strings.HasSuffix(b.Label, "…") || b.Width > 240 {
		t.Errorf("%q in a box of %v", b.Label, b.Width)
	}
}
