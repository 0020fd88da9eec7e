// Package diagram is what a picture of access shows, apart from where it comes from
// and what page it is on: boxes for users, groups, roles and permissions, what gives
// what above what has it, in words and in the languages of other programs. It is
// pure.
//
// Names are other people's words. Whatever leaves the package, but for the fields
// themselves, has them in a form that means nothing but the name in the language at
// hand: tests hold hostile ones against each.
package diagram
