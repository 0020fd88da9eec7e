package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"trellis/views/urls"
)

// Whatever an id holds, its link leads back to it.
func FuzzIDsSurviveTheirLinks(f *testing.F) {
	for _, id := range []string{"g1", "a b", "a/b", "50%", "%2F", "auth0|7", "ü?#", ":id", "a+b", `"<script>`, "‮x", "\\", "new"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || id == "." || id == ".." {
			return // no address can name these, and the APIs refuse them
		}
		var got string
		e := echo.New()
		e.GET(urls.GroupNested, func(c echo.Context) error { got = idOf(c); return nil })
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, urls.ToGroupNested(id), nil))
		if got != id {
			t.Errorf("%q came back as %q from %s", id, got, urls.ToGroupNested(id))
		}
	})
}

func TestPager(t *testing.T) {
	tests := []struct {
		page, total  int
		wantSummary  string
		wantPages    string
		wantPrevNext string
	}{
		{1, 0, "", "[1]", "-,-"},
		{1, 25, "1–25 of 25", "[1]", "-,-"},
		{2, 26, "26–26 of 26", "1 [2]", "1,-"},
		{1, 1946, "1–25 of 1,946", "[1] 2 … 78", "-,2"},
		{40, 1946, "976–1,000 of 1,946", "1 … 39 [40] 41 … 78", "39,41"},
		{4, 175, "76–100 of 175", "1 … 3 [4] 5 … 7", "3,5"},
		{3, 125, "51–75 of 125", "1 2 [3] 4 5", "2,4"},
	}
	for _, tt := range tests {
		p := paging{tt.page, 25, tt.total}.pager(func(n int) string { return fmt.Sprint(n) })
		var pages []string
		for _, link := range p.Pages {
			switch {
			case link.Number == 0:
				pages = append(pages, "…")
			case link.Current:
				pages = append(pages, "["+link.URL+"]")
			default:
				pages = append(pages, link.URL)
			}
		}
		if got := strings.Join(pages, " "); got != tt.wantPages || p.Summary != tt.wantSummary {
			t.Errorf("page %d of %d: %q, %q, want %q, %q", tt.page, tt.total, p.Summary, got, tt.wantSummary, tt.wantPages)
		}
		if got := cmp.Or(p.Prev, "-") + "," + cmp.Or(p.Next, "-"); got != tt.wantPrevNext {
			t.Errorf("page %d of %d: neighbours %q, want %q", tt.page, tt.total, got, tt.wantPrevNext)
		}
	}
}
