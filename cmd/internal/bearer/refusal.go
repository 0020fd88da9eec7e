package bearer

const badFormat = "Invalid token format"

// Refusal is why a token was turned down, in the words of the Authorization
// API. It never repeats the token.
type Refusal struct {
	Message   string // of the error body
	Challenge string // the value of WWW-Authenticate
	Attribute string // the body's attributes.error, or "" for none
}

func (r *Refusal) Error() string { return r.Message + " (" + r.Challenge + ")" }

func missing(why string) *Refusal {
	return &Refusal{Message: "Missing authentication", Challenge: challenge(why)}
}

func malformed() *Refusal { return refusal(badFormat) }

func badCredentials() *Refusal { return refusal("Invalid credentials") }

func refusal(why string) *Refusal {
	return &Refusal{Message: why, Challenge: challenge(why), Attribute: why}
}

func challenge(why string) string { return `Token error="` + why + `"` }
