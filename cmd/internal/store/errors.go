package store

import (
	"errors"
	"fmt"
	"strings"
)

// ErrBusy says that other changes were in the way for so long that this one was
// given up. Nothing was changed; it may be tried again.
var ErrBusy = errors.New("the database is busy")

// ErrFull says that the disk of the database has no room for a change. Nothing
// was changed; reads go on, and changes do again once there is room.
var ErrFull = errors.New("the disk of the database is full")

// ErrUnavailable says that the database cannot be reached, or that its disk
// fails. Nothing was changed.
var ErrUnavailable = errors.New("the database is not available")

// ErrUncertain says that the database went away, or its disk failed, while it
// was committing: the change is there whole, or not at all.
var ErrUncertain = errors.New("it is not known whether the change was saved")

// Kind names a kind of record, as the APIs spell it in messages.
type Kind string

// The kinds of record that errors speak of.
const (
	Groups      Kind = "groups"
	Roles       Kind = "roles"
	Permissions Kind = "permissions"
	CoreRoles   Kind = "core roles"
	Users       Kind = "users"
	Mappings    Kind = "mappings"
	APIs        Kind = "resource servers"
	Accounts    Kind = "accounts"
	Clients     Kind = "clients"
	Connections Kind = "connections"
	Snapshots   Kind = "snapshots"
)

// NotFoundError says that there is no record of Kind with that ID.
type NotFoundError struct {
	Kind Kind
	ID   string
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("no %q in %s", e.ID, e.Kind) }

// TakenError says that another record of Kind already has the Name, in some
// case of its letters.
type TakenError struct {
	Kind Kind
	Name string
}

func (e *TakenError) Error() string { return fmt.Sprintf("%q is taken in %s", e.Name, e.Kind) }

// InUseError says that a record of Kind cannot go, because records of In,
// called Names, use it.
type InUseError struct {
	Kind  Kind
	In    Kind
	Names []string
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s in use by %s %s", e.Kind, e.In, strings.Join(e.Names, ", "))
}

// UnknownError says that a change names records of Kind that do not exist.
type UnknownError struct {
	Kind Kind
	IDs  []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown %s: %s", e.Kind, strings.Join(e.IDs, ", "))
}

// LastAdministratorError says that nobody but the account of Email is an
// administrator. Were it another one, or gone, nobody could give the role again.
type LastAdministratorError struct{ Email string }

func (e *LastAdministratorError) Error() string {
	return e.Email + " is the last administrator; make somebody else one first"
}

// CycleError says that nesting would make a group contain itself. Path is the
// names of the groups on the way round; its first and last are the same.
type CycleError struct{ Path []string }

func (e *CycleError) Error() string { return "cycle: " + strings.Join(e.Path, " > ") }
