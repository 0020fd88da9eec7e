package authzapi

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"trellis/web/authz"
)

func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(authz.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

var pathParam = regexp.MustCompile(`:(\w+)`)

// What is served and what the document lists is one set.
func TestRoutesAreTheDocument(t *testing.T) {
	s, e := &Server{reads: map[string]serve{}}, echo.New()
	if err := s.mount(e, document(t)); err != nil {
		t.Fatal(err)
	}
	var served, listed []string
	for _, r := range e.Routes() {
		if r.Method != http.MethodHead { // comes with each GET
			served = append(served, r.Method+" "+pathParam.ReplaceAllString(strings.TrimPrefix(r.Path, base), "{$1}"))
		}
	}
	for path, item := range document(t).Paths.Map() {
		for method := range item.Operations() {
			listed = append(listed, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(listed)
	if !slices.Equal(served, listed) {
		t.Errorf("served %q\nlisted %q", served, listed)
	}
}

func TestAServerThatDiffersFromTheDocumentDoesNotStart(t *testing.T) {
	less, more := document(t), document(t)
	less.Paths.Value("/groups").Post = nil
	more.Paths.Value("/groups").Patch = more.Paths.Value("/groups").Post
	for want, doc := range map[string]*openapi3.T{
		"does not know POST /groups":   less,
		"nothing serves PATCH /groups": more,
	} {
		err := (&Server{reads: map[string]serve{}}).mount(echo.New(), doc)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q in it", err, want)
		}
	}
}

// A mistake of ours costs one request, and tells nothing.
func TestPanicsBecomeAnswers(t *testing.T) {
	s, e := &Server{Config: Config{Log: slog.New(slog.DiscardHandler)}}, echo.New()
	e.HTTPErrorHandler = s.answerError
	e.Use(s.frame)
	for path, value := range map[string]any{"/text": "secret", "/error": errors.New("secret")} {
		e.GET(path, func(echo.Context) error { panic(value) })
		res := httptest.NewRecorder()
		e.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if res.Code != http.StatusInternalServerError || strings.Contains(res.Body.String(), "secret") {
			t.Errorf("%s: %d %s, want a 500 that tells nothing", path, res.Code, res.Body)
		}
	}
}
