package views

import (
	"context"
	_ "embed"
	"io"
	"regexp"

	"github.com/a-h/templ"
)

// sprite is the icons, a symbol for each.
//
//go:embed icons.svg
var sprite string

// strokes are what the icons consist of, by name.
var strokes = strokesOf(sprite)

func strokesOf(sprite string) map[string]string {
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`<symbol id="(\w+)"[^>]*>(.*?)</symbol>`).FindAllStringSubmatch(sprite, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// drawn is the strokes of the icon called name. They stand in the page: of what a page
// only refers to, a browser makes a shadow tree each time, and a list took it a quarter
// longer.
func drawn(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strokes[name])
		return err
	})
}
