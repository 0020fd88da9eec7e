package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"trellis/cmd/internal/store"
)

// days is on which days something was: every so many, the last time so many ago.
type days struct{ every, ago int }

// UnmarshalYAML reads days from "every, ago".
func (d *days) UnmarshalYAML(node *yaml.Node) error {
	if n, err := fmt.Sscanf(node.Value, "%d, %d", &d.every, &d.ago); n != 2 || d.every < 1 {
		return fmt.Errorf("line %d: %q are no days: %w", node.Line, node.Value, err)
	}
	return nil
}

// on reports whether a day, so many days ago, is one of d.
func (d days) on(ago int) bool { return ago >= d.ago && (ago-d.ago)%d.every == 0 }

// month is how many days are told of.
const month = 30

// signIns remembers what providers sent.
func (l *loader) signIns(ctx context.Context) error {
	for ago := month - 1; ago >= 0; ago-- {
		var seen []store.Sighting
		for _, connection := range slices.Sorted(maps.Keys(l.o.SignIns)) {
			for _, group := range slices.Sorted(maps.Keys(l.o.SignIns[connection])) {
				if l.o.SignIns[connection][group].on(ago) {
					seen = append(seen, store.Sighting{Connection: connection, Group: group})
				}
			}
		}
		if err := l.tx.SeeGroups(ctx, l.now.AddDate(0, 0, -ago), seen); err != nil {
			return err
		}
	}
	return nil
}
