package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"trellis/views"
)

// language is one in which the explorer writes the code of a request.
type language struct {
	id, label string
	write     func(codeRequest) string
}

// languages are all of them. The first one needs no name in the address.
var languages = []language{
	{"", "curl", codeRequest.curl},
	{"http", "HTTP", codeRequest.http},
	{"go", "Go", codeRequest.golang},
	{"javascript", "JavaScript", codeRequest.javascript},
}

// codeRequest is a request to be written as code.
type codeRequest struct {
	method string
	url    *url.URL
	body   string // JSON; empty when it has none
}

// languages are the tabs to choose one of them.
func (q inquiry) languages() []views.Tab {
	var out []views.Tab
	for _, l := range languages {
		at := q.at
		at.Language, at.Send = l.id, false
		out = append(out, views.Tab{ID: l.label, Label: l.label, URL: at.To(), Current: l.id == q.at.Language})
	}
	return out
}

// code is the operation as code in the language of the request, with the values of
// the request, and with those of the contract's examples for what is required.
func (q inquiry) code() string {
	base, err := url.Parse(q.api.API.Address())
	if err != nil {
		return "" // the client calls it, so it is an address
	}
	segments := q.path(true)
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	r := codeRequest{method: q.op.Method, url: base.JoinPath(segments...)}
	r.url.RawQuery = q.query(true).Encode()
	if q.op.Body != nil {
		r.body = q.op.Body.Example
	}
	for _, l := range languages {
		if l.id == q.at.Language {
			return l.write(r)
		}
	}
	return ""
}

func (r codeRequest) curl() string {
	lines := []string{"curl --request " + r.method, "--url " + shell(r.url.String()), `--header "Authorization: Bearer $TOKEN"`}
	if r.body != "" {
		lines = append(lines, "--header 'Content-Type: application/json'", "--data "+shell(r.body))
	}
	return strings.Join(lines, " \\\n  ")
}

// shell is text as one word of a shell, which it finds nothing in.
func shell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func (r codeRequest) http() string {
	lines := []string{r.method + " " + r.url.RequestURI() + " HTTP/1.1", "Host: " + r.url.Host, "Authorization: Bearer $TOKEN", "Accept: application/json"}
	if r.body != "" {
		lines = append(lines, "Content-Type: application/json", "", r.body)
	}
	return strings.Join(lines, "\n")
}

func (r codeRequest) javascript() string {
	lines := []string{
		"const response = await fetch(" + quoted(r.url.String()) + ", {",
		"  method: " + quoted(r.method) + ",",
		"  headers: {",
		"    Authorization: `Bearer ${process.env.TOKEN}`,",
	}
	if r.body != "" {
		lines = append(lines, `    "Content-Type": "application/json",`)
	}
	lines = append(lines, "  },")
	if r.body != "" {
		lines = append(lines, "  body: JSON.stringify("+strings.ReplaceAll(r.body, "\n", "\n  ")+"),")
	}
	return strings.Join(append(lines, "});", "console.log(response.status, await response.text());"), "\n")
}

func (r codeRequest) golang() string {
	imports := []string{"fmt", "io", "log", "net/http", "os"}
	method, body := "http.Method"+methodNames[r.method], "nil"
	if r.body != "" {
		imports = append(imports, "strings")
		body = "strings.NewReader(" + goText(r.body) + ")"
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"" + strings.Join(imports, "\"\n\t\"") + "\"\n)\n\nfunc main() {\n")
	b.WriteString("\treq, err := http.NewRequest(" + method + ", " + strconv.Quote(r.url.String()) + ", " + body + ")\n")
	b.WriteString(goFails + "\treq.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"TOKEN\"))\n")
	if r.body != "" {
		b.WriteString("\treq.Header.Set(\"Content-Type\", \"application/json\")\n")
	}
	b.WriteString("\tres, err := http.DefaultClient.Do(req)\n" + goFails + "\tdefer res.Body.Close()\n")
	b.WriteString("\tanswer, err := io.ReadAll(res.Body)\n" + goFails + "\tfmt.Println(res.Status, string(answer))\n}")
	return b.String()
}

const goFails = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n"

// methodNames are what package net/http calls the methods.
var methodNames = map[string]string{
	http.MethodGet: "Get", http.MethodPost: "Post", http.MethodPut: "Put", http.MethodPatch: "Patch", http.MethodDelete: "Delete",
}

// goText is text as Go writes it, on many lines where that can be read.
func goText(text string) string {
	if strings.Contains(text, "`") {
		return strconv.Quote(text)
	}
	return "`" + text + "`"
}
