package directory

import "maps"

// Shown is what of a profile leaves the house: tokens and passwords, which an
// import may have brought, do not.
func Shown(profile map[string]any) map[string]any {
	out := maps.Clone(profile)
	for _, secret := range []string{"password", "password_hash", "passwordHash"} {
		delete(out, secret)
	}
	identities, ok := out["identities"].([]any)
	if !ok {
		return out
	}
	clean := make([]any, len(identities))
	for i, identity := range identities {
		clean[i] = identity
		if m, ok := identity.(map[string]any); ok {
			m = maps.Clone(m)
			for _, secret := range []string{"access_token", "access_token_secret", "refresh_token"} {
				delete(m, secret)
			}
			clean[i] = m
		}
	}
	out["identities"] = clean
	return out
}
