package contract

import "strings"

// Document is an API as its document describes it.
type Document struct {
	Title    string
	Sections []Section // in the order of the document, none of them empty
}

// Section is operations about one thing.
type Section struct {
	Name, About string
	Operations  []Operation // by path, those that read first
}

// Operation is one thing that can be asked of the API.
type Operation struct {
	ID, Section    string
	Method, Path   string // the path has its parameters in braces
	Summary, About string
	Scopes         []string    // any one of them serves
	Key            string      // the header of a key that serves in place of a token, if there is one
	Parameters     []Parameter // those of the path first, headers last
	Body           *Body       // nil when it takes none
	Answers        []Answer
	Secret         bool // what it answers is to be kept nowhere, for it may hold a secret
}

// Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name, In, About string
	Required        bool
	Repeated        bool // a list that is sent one by one
	Joined          bool // a list that is sent with commas between its entries
	Type, Limits    string
	Choices         []string // all that it may be; none when it is free
	Example         []string // one value, or those of a list
}

// Body is what an operation is sent.
type Body struct {
	About        string
	Type, Limits string
	Fields       []Field
	Example      string // as JSON
}

// Field is a member of a body. Name has dots where it lies deeper, and "[]" behind
// a list whose records have it.
type Field struct {
	Name, About  string
	Required     bool
	Type, Limits string
}

// Answer is one way in which an operation answers.
type Answer struct {
	Status, About string
	Example       string // as JSON; empty when there is none
}

// Operation is the one with this id.
func (d Document) Operation(id string) (Operation, bool) {
	for _, s := range d.Sections {
		for _, o := range s.Operations {
			if o.ID == id {
				return o, true
			}
		}
	}
	return Operation{}, false
}

// Segments are those of the path, with the values that value gives its parameters.
func (o Operation) Segments(value func(name string) string) []string {
	segments := strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
	for i, s := range segments {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			segments[i] = value(strings.TrimSuffix(name, "}"))
		}
	}
	return segments
}
