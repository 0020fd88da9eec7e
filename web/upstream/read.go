package upstream

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

// Answer is what an API answered, as it came.
type Answer struct {
	Status int
	JSON   bool // it says that it is JSON
	Body   []byte
	Cut    bool // Body is the beginning: the answer is larger than this program takes
}

// Read asks for what is at path and returns the answer, a refusal too. Only what is
// no answer of the API is an error, and a 401: whoever gets one signs in again.
func (c *Client) Read(ctx context.Context, path []string, query url.Values) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	req, err := c.request(ctx, Request{Method: http.MethodGet, Path: path, Query: query})
	if err != nil {
		return Answer{}, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{}, noAnswer(err, http.MethodGet)
	}
	defer res.Body.Close()

	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return Answer{}, noAnswer(err, http.MethodGet)
	}
	if !succeeded(res.StatusCode) && (res.StatusCode < 400 || res.StatusCode == http.StatusUnauthorized) {
		return Answer{}, failed(res, body)
	}
	return Answer{Status: res.StatusCode, JSON: isJSON(res.Header), Body: body, Cut: len(body) == maxBody}, nil
}
