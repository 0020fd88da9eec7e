package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// APIKey is what the header x-api-key has to carry to be told policies; "" when
// there is no key. It is part of the configuration.
func (tx *Tx) APIKey(ctx context.Context) (string, error) {
	records, err := tx.texts(ctx, `select body from documents where kind = 'configuration' order by seq`)
	if err != nil {
		return "", fmt.Errorf("reading the configuration: %w", err)
	}
	for _, record := range records {
		var c struct {
			APIKey string `json:"apikey"`
		}
		if err := json.Unmarshal([]byte(record), &c); err == nil && c.APIKey != "" {
			return c.APIKey, nil
		}
	}
	return "", nil
}
