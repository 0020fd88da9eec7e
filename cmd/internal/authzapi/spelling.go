package authzapi

import (
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"

	"trellis/cmd/internal/store"
)

// spelledOut is body with the words that the old API takes for truth values,
// such as "yes", as truth values, wherever schema has one.
func spelledOut(schema *openapi3.Schema, body any) any {
	switch v := body.(type) {
	case string:
		if quoted, err := json.Marshal(v); err == nil && schema.Type.Is(openapi3.TypeBoolean) {
			if on, ok := store.Truth(string(quoted)); ok {
				return on
			}
		}
	case []any:
		if schema.Items == nil {
			return v
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = spelledOut(schema.Items.Value, e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[name] = e
			if known := schema.Properties[name]; known != nil {
				out[name] = spelledOut(known.Value, e)
			}
		}
		return out
	}
	return body
}
