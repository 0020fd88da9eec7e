// Package claims reads what a person pastes of a sign-in: a list of groups, the
// claims of a token as JSON, or a whole token, whose payload it decodes.
//
// It trusts nothing: a signature is not looked at, so what it finds is what somebody
// says that a provider said. It keeps nothing, and its errors repeat nothing of what
// was pasted.
package claims
