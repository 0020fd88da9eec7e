// Package demo fills an empty tenant with a sample organisation, Meridian: its
// people, groups, applications, roles, permissions and APIs, and the accounts
// of three people who may sign in and look around.
//
// It owns the data, which is in the folder data, and how ids, times and counts
// are made up for it: the same for everybody, each time. It does not create the
// accounts, and it knows no SQL: the store keeps what it is given.
package demo
