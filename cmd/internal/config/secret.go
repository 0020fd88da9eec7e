package config

import "log/slog"

// redacted stands where a secret would be printed.
const redacted = "[redacted]"

// Secret is a text that no log, no error and no %v shows.
type Secret struct{ text string }

// NewSecret hides text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal is the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return s.text }

// IsSet reports whether there is a secret at all.
func (s Secret) IsSet() bool { return s.text != "" }

// UnmarshalText reads a secret from a setting.
func (s *Secret) UnmarshalText(text []byte) error {
	s.text = string(text)
	return nil
}

// MarshalText keeps the secret out of JSON and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// String keeps the secret out of %v and %s.
func (Secret) String() string { return redacted }

// GoString keeps the secret out of %#v.
func (Secret) GoString() string { return redacted }

// LogValue keeps the secret out of structured logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
