package store

import (
	"sync/atomic"
	"testing"
	"time"
)

// Nobody rests for nobody, and no short transaction rests at all.
func TestWhoWorksForLongRestsWhereOthersAsk(t *testing.T) {
	var asked atomic.Int64
	now := time.Now()
	for name, c := range map[string]struct {
		pace  pace
		asked int64
		rests bool
	}{
		"it has just begun":       {pace{asked: &asked}, 1, false},
		"it works for a moment":   {pace{asked: &asked, since: now.Add(longWork)}, 1, false},
		"it works for long":       {pace{asked: &asked, since: now.Add(-stretch)}, 1, true},
		"nobody asks":             {pace{asked: &asked, since: now.Add(-stretch)}, 0, false},
		"nobody can ask":          {pace{since: now.Add(-stretch)}, 1, false},
		"it rested a moment ago":  {pace{asked: &asked, since: time.Now().Add(time.Minute)}, 1, false},
		"it heard of them before": {pace{asked: &asked, since: now.Add(-stretch), heard: 1}, 1, false},
	} {
		asked.Store(c.asked)
		p := c.pace
		if p.giveWay(); (p.heard != c.pace.heard && !c.pace.since.IsZero()) != c.rests {
			t.Errorf("%s: it rests %t, want %t", name, !c.rests, c.rests)
		}
	}
}
