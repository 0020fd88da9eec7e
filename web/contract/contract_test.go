package contract_test

import (
	"testing"
	"os"

	"trellis/web/authz"
	"trellis/web/contract"
	"trellis/web/mgmt"
	"encoding/json"
)

func TestDump(t *testing.T) {
	for _, spec := range [][]byte{authz.Spec, mgmt.Spec} {
		d, err := contract.Read(spec)
		if err != nil {
			t.Fatal(err)
		}
		e := json.NewEncoder(os.Stdout)
		e.SetIndent(""," "); e.SetEscapeHTML(false)
		e.Encode(d)
	}
}
