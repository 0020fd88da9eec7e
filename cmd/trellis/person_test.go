package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// person is a browser without JavaScript, and the page that it shows.
type person struct {
	t      testing.TB
	client *http.Client
	at     *url.URL
	status int
	page   *goquery.Document
}

func (s serving) person() *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	base, err := url.Parse(s.base)
	if err != nil {
		s.t.Fatal(err)
	}
	return &person{t: s.t, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, at: base}
}

// open goes to an address, as a link on the present page would.
func (p *person) open(href string) {
	p.t.Helper()
	p.send(http.MethodGet, href, nil)
}

func (p *person) send(method, href string, form url.Values) {
	p.t.Helper()
	target, err := p.at.Parse(href)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, target.String(), strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", p.at.Scheme+"://"+p.at.Host)
	}
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if p.page, err = goquery.NewDocumentFromReader(res.Body); err != nil {
		p.t.Fatal(err)
	}
	p.at, p.status = res.Request.URL, res.StatusCode
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %s\n%s", method, href, res.Status, strings.Join(strings.Fields(p.page.Find("main, body").First().Text()), " "))
	}
}

// press sends the form that the button with those words belongs to.
func (p *person) press(words string) {
	p.t.Helper()
	button := p.page.Find("button").FilterFunction(func(_ int, b *goquery.Selection) bool {
		return strings.Contains(b.Text(), words)
	}).First()
	form := button.Closest("form")
	if form.Length() == 0 {
		p.t.Fatalf("no button %q on %s", words, p.at.Path)
	}
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
		values.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	if name, ok := button.Attr("name"); ok {
		values.Set(name, button.AttrOr("value", ""))
	}
	p.send(http.MethodPost, form.AttrOr("action", p.at.String()), values)
}

// isGroup reports whether a link leads to the page of one group.
func isGroup(_ int, a *goquery.Selection) bool {
	rest, ok := strings.CutPrefix(a.AttrOr("href", ""), "/groups/")
	return ok && rest != "new" && !strings.ContainsAny(rest, "/?")
}
