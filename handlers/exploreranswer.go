package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"trellis/views"
	"trellis/web/upstream"
)

const (
	mostOfAnswer = 256 << 10 // bytes of an answer
	mostRefused  = 300       // characters of a text with which an API refuses
	maskedSecret = "********"
)

// showAnswer words the body of an answer: as JSON, or why it is not shown. token is the
// one that it was asked with.
func showAnswer(out *views.TryAnswer, got upstream.Answer, token string) {
	size := sizeWords(len(got.Body))
	if got.Cut {
		size += " or more"
	}
	switch {
	case len(got.Body) == 0:
		out.Note = "The answer has no body."
		return
	case !got.JSON:
		out.Note = "The answer is no JSON, so it is not shown: " + size + "."
		return
	}
	p := printer{limit: mostOfAnswer}
	if out.Kind == views.Bad {
		p.longest = mostRefused
	}
	err := p.print(got.Body)
	switch {
	case err != nil:
		out.Note = "The answer says that it is JSON and is not, so it is not shown: " + size + "."
		return
	case p.cut:
		out.Note = "The answer is " + size + ". Shown is the beginning, 256 KiB."
	}
	out.Size, out.Body = size, p.out.String()
	if token != "" {
		out.Body = strings.ReplaceAll(out.Body, token, maskedSecret)
	}
	if p.hid {
		out.Hidden = "Secrets in the answer are hidden."
	}
}

// sizeWords words how large something is.
func sizeWords(n int) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// secretName is what members are called that hold a secret, in this API or in those
// of remote tenants.
var secretName = regexp.MustCompile(`(?i)(secrets?|passwords?|(private|api|signing|encryption)_?keys?|(access|refresh|id)_?token)$`)

// printer writes JSON for people: on many lines, in its order, and no more than
// limit bytes however deep it is.
type printer struct {
	out     strings.Builder
	limit   int
	longest int  // characters of a text; 0 is any number
	hid     bool // something was a secret
	cut     bool // there was no room for all of it
}

// print writes body. What is behind the limit is not looked at.
func (p *printer) print(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := p.value(d, 0); err != nil || p.cut {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value")
	}
	return nil
}

// write adds text as far as there is room.
func (p *printer) write(text string) {
	if room := p.limit - p.out.Len(); p.cut || len(text) > room {
		for room > 0 && !utf8.RuneStart(text[room]) {
			room--
		}
		text, p.limit, p.cut = text[:room], p.out.Len()+room, true
	}
	p.out.WriteString(text)
}

// value writes the next value of d.
func (p *printer) value(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		return p.collection(d, t, depth)
	case string:
		p.write(quotedText(p.short(t)))
	case json.Number:
		p.write(t.String())
	case nil:
		p.write("null")
	default:
		p.write(fmt.Sprint(t))
	}
	return nil
}

// collection writes an object or a list, whose first sign was open.
func (p *printer) collection(d *json.Decoder, open json.Delim, depth int) error {
	p.write(open.String())
	some := false
	for d.More() && !p.cut {
		if some {
			p.write(",")
		}
		some = true
		p.line(depth + 1)
		if err := p.member(d, open, depth+1); err != nil {
			return err
		}
	}
	if p.cut {
		return nil
	}
	end, err := d.Token()
	if err != nil {
		return err
	}
	if some {
		p.line(depth)
	}
	p.write(fmt.Sprint(end))
	return nil
}

// member writes one entry of a collection. What is called a secret stays one.
func (p *printer) member(d *json.Decoder, in json.Delim, depth int) error {
	if in == '[' {
		return p.value(d, depth)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	name := fmt.Sprint(t)
	p.write(quotedText(p.short(name)) + ": ")
	if !secretName.MatchString(name) {
		return p.value(d, depth)
	}
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	if first := raw[0]; first != '"' && first != '{' && first != '[' {
		p.write(string(raw)) // a number, a truth value or null is no secret
		return nil
	}
	p.hid = true
	p.write(quotedText(maskedSecret))
	return nil
}

func (p *printer) line(depth int) { p.write("\n" + strings.Repeat("  ", depth)) }

// short is text, as long as it may be.
func (p *printer) short(text string) string {
	if runes := []rune(text); p.longest > 0 && len(runes) > p.longest {
		return string(runes[:p.longest-1]) + "…"
	}
	return text
}

// quotedText is text as JSON writes it, with < and & as they are.
func quotedText(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return `""` // a text always has a form
	}
	return strings.TrimSuffix(b.String(), "\n")
}
