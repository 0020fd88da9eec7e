package diagram

import (
	"fmt"
	"html"
	"strings"
)

// svgStyle is the colours of a picture on its own: those of print, on paper.
const svgStyle = `<style>
svg{background:#fff}
text{font:500 13px "Inter Variable",Inter,system-ui,sans-serif;fill:#161a18}
.m{font-size:11px;fill:#656c68}
.e{fill:none;stroke:#79827d;stroke-width:1.3}
.t1{stroke:#3f8f77}.t2{stroke:#6b74c9}.t3{stroke:#a67c2d}.t4{stroke:#a3618f}
.back{stroke:#bf2f2a;stroke-dasharray:6 4;stroke-width:1.8}
rect{fill:#fff;stroke:#868d88}
.role rect{fill:#eceefb;stroke:#4853bd}
.permission rect{fill:#fcf1da;stroke:#9a6200}
.user rect{fill:#f4f5f3}
.fold rect{fill:none;stroke-dasharray:4 3}
.focus rect{fill:#0b7255;stroke:#0b7255}
.focus text{fill:#fff}
.mark{fill:none;stroke:currentColor;stroke-width:1.5}
</style>
`

// SVG is d as a picture that stands alone, for a program or a page elsewhere. It has
// names and no addresses.
func (d Diagram) SVG() string {
	p := d.Draw()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img">`+"\n"+svgStyle, Number(p.Width), Number(p.Height))
	if len(d.Nodes) > 0 {
		fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString("What is around "+orBlank(Plain(d.Nodes[0].Name))))
	}
	for i, l := range p.Lines {
		fmt.Fprintf(&b, "<path class=\"%s\" d=\"%s\"/>\n", d.LineClass(i, l), l.Path)
	}
	for i, box := range p.Boxes {
		d.writeBox(&b, d.Nodes[i], box)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (d Diagram) writeBox(b *strings.Builder, n Node, box Box) {
	fmt.Fprintf(b, `<g class="%s" transform="translate(%s)"><rect width="%s" height="%s" rx="%d"/>`, n.Class(), pair(box.X, box.Y), Number(box.Width), Number(box.Height), n.Corner())
	if mark := n.Mark(); mark != "" {
		fmt.Fprintf(b, `<path class="mark" d="%s"/>`, mark)
	}
	// Whatever font is at hand, the label keeps to its box.
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`, n.TextX(), TextY, Number(textWidth(box.Label, TextSize)), html.EscapeString(box.Label))
	if n.Meta != "" {
		fmt.Fprintf(b, `<text class="m" x="%s" y="%d" text-anchor="end">%s</text>`, Number(box.Width-boxPadding+1), TextY, html.EscapeString(Plain(n.Meta)))
	}
	b.WriteString("</g>\n")
}
