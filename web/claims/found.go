package claims

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

const (
	deepest   = 4   // objects in objects that are looked into
	mostFound = 100 // claims that are told of
)

// claimsOf is the claims of an object that may hold groups.
func claimsOf(object map[string]any) Pasted {
	out := Pasted{Kind: Claims, Found: search(nil, "", object, 1)}
	slices.SortStableFunc(out.Found, func(a, b Claim) int { return cmp.Compare(likeness(a.Name), likeness(b.Name)) })
	out.Found = out.Found[:min(len(out.Found), mostFound)]
	for _, c := range out.Found {
		if likeness(c.Name) < notLikely {
			out.Likely++
		}
	}
	out.Absent = out.Likely == 0 && elsewhere(object)
	return out
}

// search appends the claims of an object to found, in the order of their names: lists
// with a text in them, and single texts where the name is one for groups.
func search(found []Claim, prefix string, object map[string]any, depth int) []Claim {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		name := prefix + key
		switch value := object[key].(type) {
		case []any:
			if texts, other := textsOf(value); len(texts) > 0 || likeness(name) < notLikely {
				found = append(found, Claim{name, texts, other})
			}
		case string:
			if likeness(name) < notLikely && value != "" {
				found = append(found, Claim{Name: name, Values: []string{value}})
			}
		case map[string]any:
			if depth < deepest && key != "_claim_names" {
				found = search(found, name+".", value, depth+1)
			}
		}
	}
	return found
}

// textsOf is the texts of a list that are not empty, and how many other values it has.
func textsOf(list []any) (texts []string, other int) {
	for _, v := range list {
		if text, ok := v.(string); ok && text != "" {
			texts = append(texts, text)
		} else {
			other++
		}
	}
	return texts, other
}

// notLikely is the likeness of claims whose name says nothing of groups.
const notLikely = 100

// likeness is how much the name of a claim is one for groups, 0 the most.
func likeness(name string) int {
	last := strings.ToLower(name)
	switch {
	case last == "groups":
		return 0
	case strings.HasSuffix(last, "/groups"), strings.HasSuffix(last, ":groups"):
		return 1 // with a namespace: https://example.com/groups, cognito:groups
	case slices.Contains([]string{"memberof", "member_of", "ismemberof"}, last):
		return 2
	}
	last = last[strings.LastIndexAny(last, "./:")+1:]
	if at := slices.Index([]string{"groups", "group", "memberof", "member_of", "ismemberof", "group_names", "groupnames", "usergroups", "user_groups"}, last); at >= 0 {
		return 3 + at
	}
	return notLikely
}

// elsewhere reports whether a token leaves its groups out because they are too many:
// it tells then where to ask for them.
func elsewhere(object map[string]any) bool {
	if has, _ := object["hasgroups"].(bool); has {
		return true
	}
	sources, _ := object["_claim_names"].(map[string]any)
	_, ok := sources["groups"]
	return ok
}
