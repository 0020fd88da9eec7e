package authzapi

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"trellis/cmd/internal/strictjson"
)

// maxBody is how many bytes a body may have, where the document does not say
// otherwise.
const maxBody = 1 << 20

// readBody is the body of req, of at most limit bytes, as it came and as a value.
// No body is null; text is a string, which no operation takes. w learns when the
// rest of a large body is not read.
func readBody(w http.ResponseWriter, req *http.Request, limit int64) ([]byte, any, error) {
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		return nil, nil, nil
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, req.Body, limit))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, nil, tooLarge(limit)
		}
		return nil, nil, badRequest("Bad Request")
	}
	value, err := readValue(req, raw)
	return raw, value, err
}

// readValue is what raw says, by the type of the body of req.
func readValue(req *http.Request, raw []byte) (any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	kind, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil && req.Header.Get("Content-Type") != "" || !utf8Only(params["charset"]) {
		return nil, plain(http.StatusUnsupportedMediaType)
	}
	switch {
	case kind == "", kind == "application/json", strings.HasSuffix(kind, "+json"):
		return readJSON(raw)
	case kind == "application/x-www-form-urlencoded":
		return readForm(string(raw))
	case strings.HasPrefix(kind, "text/"):
		return string(raw), nil
	}
	return nil, plain(http.StatusUnsupportedMediaType)
}

func utf8Only(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8")
}

func tooLarge(limit int64) error {
	f := plain(http.StatusRequestEntityTooLarge)
	f.Kind = "Request Entity Too Large"
	f.Message = fmt.Sprintf("Payload content length greater than maximum allowed: %d", limit)
	return f
}

func readJSON(raw []byte) (any, error) {
	v, err := strictjson.Decode(raw)
	if err != nil {
		return nil, errJSON
	}
	if o, ok := v.(map[string]any); ok {
		if _, ok := o["__proto__"]; ok { // the old API refuses it, to protect its own language
			return nil, errJSON
		}
	}
	return v, nil
}

var errJSON = badRequest("Invalid request payload JSON format")

// readForm is the fields of a form as an object of texts.
func readForm(raw string) (any, error) {
	fields, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badRequest("Bad Request")
	}
	out := map[string]any{}
	for name, values := range fields {
		if !utf8.ValidString(name) || slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
			return nil, badRequest("Bad Request")
		}
		if len(values) == 1 {
			out[name] = values[0]
			continue
		}
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		out[name] = list
	}
	return out, nil
}
