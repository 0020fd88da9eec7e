package handlers

import (
	"maps"
	"slices"
	"strings"

	"trellis/views"
	"trellis/views/urls"
	"trellis/web/contract"
)

// operationList is the operations that at looks for, with the one that it is about.
func operationList(all []explored, at urls.OperationView) views.OperationList {
	list := views.OperationList{Search: views.ListSearch{Label: "Find an endpoint", Action: at.Page(), Value: at.Search}}
	list.Search.Keep = append(list.Search.Keep, views.Hidden{Name: "lang", Value: at.Language})
	list.Search.Keep = append(list.Search.Keep, keptValues(at)...)
	n := 0
	for i, api := range all {
		listed := views.ListedAPI{Title: nameOfAPI(api)}
		for j, s := range api.Sections {
			section := listedSection(api, s, at)
			n += len(section.Operations)
			section.Open = section.Open || at.Search != "" || at.ID == "" && i+j == 0
			if len(section.Operations) > 0 {
				listed.Sections = append(listed.Sections, section)
			}
		}
		if len(listed.Sections) > 0 {
			list.APIs = append(list.APIs, listed)
		}
	}
	list.Status = found(n, "operation", at.Search)
	at.Search, at.Send = "", false
	list.Whole = at.To()
	return list
}

// keptValues carries along what the operation is asked with.
func keptValues(at urls.OperationView) []views.Hidden {
	var out []views.Hidden
	for _, name := range slices.Sorted(maps.Keys(at.Values)) {
		out = append(out, views.Hidden{Name: urls.Field(name), Value: at.Values[name]})
	}
	return out
}

// listedSection is the operations of s that at looks for. It is open when it has the
// one that at is about.
func listedSection(api explored, s contract.Section, at urls.OperationView) views.ListedSection {
	out := views.ListedSection{Name: capitalised(s.Name)}
	for _, o := range s.Operations {
		current := at.API == api.ID && at.ID == o.ID
		out.Open = out.Open || current
		if !looksFor(at.Search, o) {
			continue
		}
		to := urls.OperationView{API: api.ID, ID: o.ID, Search: at.Search, Language: at.Language}
		out.Operations = append(out.Operations, views.ListedOperation{
			Key: api.ID + "/" + o.ID, Verb: verb(o), Name: o.Summary, Path: o.Path, URL: to.To(), Current: current,
		})
	}
	return out
}

// looksFor reports whether every word of text is somewhere in what names o.
func looksFor(text string, o contract.Operation) bool {
	own := strings.ToLower(strings.Join([]string{o.Method, o.Path, o.ID, o.Summary, o.Section}, " "))
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if !strings.Contains(own, word) {
			return false
		}
	}
	return true
}

// verb is the method of o, in the colour of what it does.
func verb(o contract.Operation) views.Verb {
	kinds := map[string]string{"GET": views.Good, "POST": views.Via, "DELETE": views.Bad}
	kind := kinds[o.Method]
	if kind == "" {
		kind = views.Warn
	}
	return views.Verb{Method: o.Method, Kind: kind}
}
