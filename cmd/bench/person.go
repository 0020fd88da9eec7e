package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"trellis/views/urls"
)

// The account of the person who signs in.
const (
	email    = "bench@meridian.example"
	password = "an orchard behind the station"
)

// person is a browser without JavaScript.
type person struct {
	base   string
	client *http.Client
}

// signInPerson opens the list of groups, which leads to the sign-in page, and
// signs in: the person is on the list then.
func (r reach) signInPerson(ctx context.Context) (*person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &person{r.base, &http.Client{Transport: r.transport, Jar: jar, Timeout: 30 * time.Second}}
	at, page, err := p.visit(ctx, http.MethodGet, p.base+urls.Groups, nil)
	if err != nil {
		return nil, err
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	form := doc.Find("form:has(#password)").First()
	action, err := at.Parse(form.AttrOr("action", ""))
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
		values.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	values.Set("email", email)
	values.Set("password", password)
	if at, _, err = p.visit(ctx, http.MethodPost, action.String(), values); err == nil && at.Path != urls.Groups {
		err = fmt.Errorf("signing in leads to %s", at)
	}
	return p, err
}

// open looks at a page of the dashboard.
func (p *person) open(ctx context.Context, path string) error {
	_, _, err := p.visit(ctx, http.MethodGet, p.base+path, nil)
	return err
}

// visit goes to an address and follows where it leads.
func (p *person) visit(ctx context.Context, method, address string, form url.Values) (at *url.URL, page string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, "", err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", p.base)
	}
	res, err := p.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s is answered %d", method, address, res.StatusCode)
	}
	return res.Request.URL, string(body), err
}
