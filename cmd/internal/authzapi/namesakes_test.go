package authzapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// again marks the name of a record that has a namesake. The Authorization
// Extension took an import with two roles of one name in one application; here a
// name is one, so a recorded store is told apart before it is loaded, and what
// comes back is put together again.
const again = " (again)"

func toldApart(t *testing.T, export []byte) string {
	t.Helper()
	var d map[string][]map[string]any
	if err := json.Unmarshal(export, &d); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"roles", "permissions"} {
		seen := map[[2]any]bool{}
		for _, record := range d[kind] {
			for seen[[2]any{record["applicationId"], record["name"]}] {
				record["name"] = fmt.Sprint(record["name"], again)
			}
			seen[[2]any{record["applicationId"], record["name"]}] = true
		}
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// putTogether is v with the marks taken off. A list of names that has both of two
// namesakes has one of them then.
func putTogether(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, again, "")
	case map[string]any:
		for key, value := range v {
			v[key] = putTogether(value)
		}
	case []any:
		out := []any{}
		for _, item := range v {
			name, _ := item.(string)
			if strings.HasSuffix(name, again) && slices.Contains(out, putTogether(name)) {
				continue
			}
			out = append(out, putTogether(item))
		}
		return out
	}
	return v
}
