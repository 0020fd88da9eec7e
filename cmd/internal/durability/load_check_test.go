package durability

import (
	"testing"
	"time"
)

// The load must see what is lost, or it proves nothing.
func TestTheLoadSeesALoss(t *testing.T) {
	now := time.Now()
	sent, done := step{sent: now}, step{sent: now, done: now}
	for _, tt := range []struct {
		name    string
		life    life
		there   bool
		members int
		loss    bool
	}{
		{"made and there", life{created: done}, true, 0, false},
		{"made and gone", life{created: done}, false, 0, true},
		{"perhaps made and gone", life{created: sent}, false, 0, false},
		{"perhaps made and there", life{created: sent}, true, 0, false},
		{"refused and there", life{}, true, 0, true},
		{"filled and full", life{created: done, filled: done}, true, crowd, false},
		{"filled and empty", life{created: done, filled: done}, true, 0, true},
		{"filled and half full", life{created: done, filled: done}, true, crowd / 2, true},
		{"perhaps filled and half full", life{created: done, filled: sent}, true, crowd / 2, true},
		{"perhaps filled and empty", life{created: done, filled: sent}, true, 0, false},
		{"never filled and full", life{created: done}, true, crowd, true},
		{"deleted and there", life{created: done, filled: done, deleted: done}, true, crowd, true},
		{"perhaps deleted and gone", life{created: done, filled: done, deleted: sent}, false, 0, false},
	} {
		if got := tt.life.problem(now, tt.there, tt.members); (got != "") != tt.loss {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}
