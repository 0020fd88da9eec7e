package openid

import (
	"encoding/json"
	"errors"
	"net/http"

	"trellis/cmd/internal/store"
)

// protocolError is an answer of the protocol to an application.
type protocolError struct {
	Status      int    `json:"-"`
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (e *protocolError) Error() string { return e.Code + ": " + e.Description }

func invalidRequest(description string) error {
	return &protocolError{http.StatusBadRequest, "invalid_request", description}
}

// invalidGrant says one thing whatever is wrong with a code or a refresh
// token, so that nobody learns which part to guess next.
func invalidGrant() error {
	return &protocolError{http.StatusForbidden, "invalid_grant", "The code or the refresh token is unknown, expired or used, or it belongs to another request."}
}

func accessDenied(description string) error {
	return &protocolError{http.StatusForbidden, "access_denied", description}
}

// badClient is the answer of Auth0 to a wrong client secret.
func badClient() error {
	return &protocolError{http.StatusUnauthorized, "access_denied", "Unauthorized"}
}

func badToken(description string) error {
	return &protocolError{http.StatusUnauthorized, "invalid_token", description}
}

// worded is what an application hears of an error of the library, or nil when
// that is none of the application's. The library's own words may quote errors
// from inside, so they go no further.
func worded(code string) error {
	switch code {
	case "invalid_grant":
		return invalidGrant()
	case "invalid_client":
		return badClient()
	case "invalid_request":
		return invalidRequest("A parameter is missing or malformed. A code needs redirect_uri and code_verifier beside it.")
	case "invalid_scope":
		return &protocolError{http.StatusBadRequest, "invalid_scope", "The sign-in did not grant all of these scopes."}
	case "unauthorized_client":
		return &protocolError{http.StatusForbidden, "unauthorized_client", "The grant is not allowed for the client."}
	}
	return nil
}

// api serves an endpoint that applications call. Its answers are JSON, are
// never kept by a cache, and tell nothing of the inside.
func (p *Provider) api(serve func(w http.ResponseWriter, r *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		out, err := serve(w, r)
		if err == nil {
			writeJSON(w, http.StatusOK, out)
			return
		}
		known, ok := errors.AsType[*protocolError](err)
		if !ok {
			p.log.ErrorContext(r.Context(), "openid: request failed", "path", r.URL.Path, "err", err)
			known = &protocolError{http.StatusInternalServerError, "server_error", "The server could not answer. Try again."}
		}
		writeJSON(w, known.Status, known)
	})
}

func isGone(err error) bool {
	_, gone := errors.AsType[*store.NotFoundError](err)
	return gone
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	b, err := json.Marshal(body)
	if err != nil { // cannot happen: the bodies are structs of texts and numbers
		status, b = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
