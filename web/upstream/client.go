package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxBody   = 8 << 20          // bytes of an answer
	callLimit = 10 * time.Second // for a call with all its tries

	// Of a call about the whole tenant.
	maxTenant   = 128 << 20
	tenantLimit = 25 * time.Second
)

// Client calls one API. It is safe for concurrent use.
type Client struct {
	base *url.URL
	http *http.Client
}

// Request is one call. Path holds unescaped segments: an id may be "a/b".
type Request struct {
	Method  string
	Path    []string
	Query   url.Values
	Body    any    // sent as JSON; nil: no body
	IfMatch string // the ETag that the change builds on, if any
	Tenant  bool   // it is about the whole tenant, such as an export: it takes longer and may be larger
}

// limits is how long r may take, and how many bytes its answer may have.
func (r Request) limits() (time.Duration, int64) {
	if r.Tenant {
		return tenantLimit, maxTenant
	}
	return callLimit, maxBody
}

// New calls the API below base through hc, whose Transport is a *Transport. It
// follows no redirect, whatever hc says: one would carry the token elsewhere.
func New(base string, hc *http.Client) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("base address of an API: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("base address of an API: %s://%s… is not a plain http or https address", u.Scheme, u.Host)
	}
	own := *hc
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own.Jar = nil
	return &Client{base: u, http: &own}, nil
}

// Address is where the API is.
func (c *Client) Address() string { return c.base.String() }

// Call sends r and decodes the answer into out, unless nil. Whatever goes wrong
// is an *Error, except that the caller's own cancelled context stays one.
func (c *Client) Call(ctx context.Context, r Request, out any) (http.Header, error) {
	limit, most := r.limits()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if r.Tenant {
		ctx = patient(ctx)
	}

	req, err := c.request(ctx, r)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, noAnswer(err, r.Method)
	}
	defer res.Body.Close()

	body, err := readAll(res.Body, most)
	if err != nil {
		return nil, noAnswer(err, r.Method)
	}
	if !succeeded(res.StatusCode) {
		return nil, failed(res, body)
	}
	if err := decode(res, body, out); err != nil {
		return nil, err
	}
	return res.Header, nil
}

func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	u, err := c.address(r.Path)
	if err != nil {
		return nil, err
	}
	u.RawQuery = r.Query.Encode()

	var body io.Reader
	if r.Body != nil {
		b, err := json.Marshal(r.Body)
		if err != nil {
			return nil, fmt.Errorf("encoding a request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.IfMatch != "" {
		req.Header.Set("If-Match", r.IfMatch)
	}
	return req, nil
}

// address is the address below the base that ends in segments. Each stays one
// segment. "." and ".." are refused: however they are escaped, some hop on the
// way may take them for directories, and DELETE users/../roles is not what
// anybody asked for.
func (c *Client) address(segments []string) (*url.URL, error) {
	escaped := make([]string, len(segments))
	for i, s := range segments {
		if s == "" || s == "." || s == ".." {
			return nil, &Error{Status: http.StatusNotFound, Code: CodeBadRequest, Message: "There is nothing with this id."}
		}
		escaped[i] = url.PathEscape(s)
	}
	return c.base.JoinPath(escaped...), nil
}

func readAll(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > most {
		return nil, nonsense(fmt.Errorf("the answer is larger than %d MiB", most>>20))
	}
	return body, nil
}

// succeeded reports whether status is one that the APIs' documents promise for
// what worked. A 206, or a 2xx nobody has heard of, may hold half a list.
func succeeded(status int) bool {
	switch status {
	case http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent:
		return true
	}
	return false
}

func failed(res *http.Response, body []byte) *Error {
	if res.StatusCode < 400 {
		return nonsense(fmt.Errorf("status %d", res.StatusCode))
	}
	return refusal(res, body)
}

func decode(res *http.Response, body []byte, out any) error {
	if out == nil || res.StatusCode == http.StatusNoContent {
		return nil
	}
	if !isJSON(res.Header) {
		return nonsense(fmt.Errorf("content type %q", plain(res.Header.Get("Content-Type"))))
	}
	if string(bytes.TrimSpace(body)) == "null" {
		return nonsense(errors.New("the answer is null"))
	}
	if err := json.Unmarshal(body, out); err != nil {
		return nonsense(fmt.Errorf("decoding the answer: %w", err))
	}
	return nil
}

// isJSON reports whether an answer with these headers says that it is JSON.
func isJSON(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}

// noAnswer is the Error for a call that err ended. Of a write nobody can tell
// whether it was done, and its message says so.
func noAnswer(err error, method string) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // url.Error quotes the address, and so what was searched for
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	e := &Error{Status: http.StatusBadGateway, Code: CodeNoAnswer, Message: "The API cannot be reached.", Err: err}
	if timedOut(err) {
		e.Status, e.Code, e.Message = http.StatusGatewayTimeout, CodeTimeout, "The API did not answer in time."
	}
	if !safe(method) && !neverSent(err) {
		e.Message += " The change may have been made all the same: look before you try again."
	}
	return e
}
