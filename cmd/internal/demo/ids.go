package demo

import (
	"strings"

	"github.com/google/uuid"
)

// id is the id of the thing of that kind and name: a UUID, always the same one.
func id(kind, name string) string {
	space := uuid.NewSHA1(uuid.NameSpaceDNS, []byte("meridian.example"))
	return uuid.NewSHA1(space, []byte(kind+"/"+name)).String()
}

// token is an id of n letters and digits, as clients and connections have.
func token(kind, name string, n int) string {
	return strings.ReplaceAll(id(kind, name), "-", "")[:n]
}
