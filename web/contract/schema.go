package contract

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// deepest is how deep the members of a body are told. Below, their parent's
// description has to do.
const deepest = 2

// typeOf words what kind of value s takes.
func typeOf(s *openapi3.Schema) string {
	switch variants := slices.Concat(s.OneOf, s.AnyOf); {
	case len(variants) > 0:
		var words []string
		for _, v := range variants {
			if w := typeOf(v.Value); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		return strings.Join(words, " or ")
	case s.Type.Is("array"):
		return "list of " + plural(typeOf(s.Items.Value))
	case s.Type.Is("string") && (s.Format == "guid" || s.Format == "uuid"):
		return "UUID"
	case s.Type.Is("integer"):
		return "integer"
	case len(s.Type.Slice()) > 0:
		return s.Type.Slice()[0]
	}
	return "any value"
}

func plural(word string) string {
	if first, rest, ok := strings.Cut(word, " of "); ok {
		return first + "s of " + rest
	}
	return strings.ReplaceAll(word, " or ", "s or ") + "s"
}

// limitsOf words what s says of a value beside its type.
func limitsOf(s *openapi3.Schema) string {
	var out []string
	add := func(words string) {
		if words != "" {
			out = append(out, words)
		}
	}
	add(amount(float64(s.MinLength), upTo(s.MaxLength), "character"))
	add(amount(float64(s.MinItems), upTo(s.MaxItems), "entry"))
	add(amount(float64(s.MinProps), upTo(s.MaxProps), "member"))
	add(span(s.Min, s.Max))
	if s.Pattern != "" {
		add("matching " + s.Pattern)
	}
	if len(s.Enum) > 0 {
		add("one of " + strings.Join(texts(s.Enum), ", "))
	}
	if s.Type.Is("array") {
		if each := limitsOf(s.Items.Value); each != "" {
			add("each " + each)
		}
	}
	if s.Default != nil {
		add("default " + strings.Join(texts(s.Default), ", "))
	}
	return strings.Join(out, ", ")
}

func upTo(most *uint64) *float64 {
	if most == nil {
		return nil
	}
	n := float64(*most)
	return &n
}

// amount words how many of a thing there may be.
func amount(least float64, most *float64, one string) string {
	many := one + "s"
	if one == "entry" {
		many = "entries"
	}
	switch {
	case most == nil && least == 0:
		return ""
	case most == nil && least == 1:
		return "at least 1 " + one
	case most == nil:
		return "at least " + number(least) + " " + many
	case least == 0 && *most == 1:
		return "at most 1 " + one
	case least == 0:
		return "at most " + number(*most) + " " + many
	}
	return number(least) + "–" + number(*most) + " " + many
}

// span words between which numbers a value lies.
func span(least, most *float64) string {
	switch {
	case least != nil && most != nil:
		return number(*least) + "–" + number(*most)
	case least != nil:
		return "at least " + number(*least)
	case most != nil:
		return "at most " + number(*most)
	}
	return ""
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// fields are the members of the object that s describes, or of the records of its
// list: those that have to be there first.
func fields(s *openapi3.Schema) []Field { return below("", s, 1) }

func below(prefix string, s *openapi3.Schema, depth int) []Field {
	if s = record(s); s == nil || depth > deepest {
		return nil
	}
	var out []Field
	names := slices.SortedFunc(maps.Keys(s.Properties), func(a, b string) int {
		return cmp.Or(rank(s, a)-rank(s, b), cmp.Compare(a, b))
	})
	for _, name := range names {
		p := s.Properties[name].Value
		out = append(out, Field{
			Name: prefix + name, About: strings.TrimSpace(p.Description), Required: slices.Contains(s.Required, name),
			Type: typeOf(p), Limits: limitsOf(p),
		})
		deeper := prefix + name + "."
		if p.Type.Is("array") {
			deeper = prefix + name + "[]."
		}
		out = append(out, below(deeper, p, depth+1)...)
	}
	return out
}

func rank(s *openapi3.Schema, name string) int {
	if slices.Contains(s.Required, name) {
		return 0
	}
	return 1
}

// record is the object that s describes, if it does: itself, what it is a list of,
// or the first of several that is one.
func record(s *openapi3.Schema) *openapi3.Schema {
	switch {
	case len(s.Properties) > 0:
		return s
	case s.Type.Is("array"):
		return record(s.Items.Value)
	}
	for _, v := range slices.Concat(s.OneOf, s.AnyOf) {
		if found := record(v.Value); found != nil {
			return found
		}
	}
	return nil
}
