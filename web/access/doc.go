// Package access decides who has what: what lies below a group and what
// contains it, who is a member through which groups, which groups, roles and
// permissions a user ends up with and by which paths, who has one of them and by
// which kinds of sources, what would end or give it, what changes would do to
// everybody, and whether a new nesting would close a cycle.
//
// It is pure: it does no I/O, knows no API and no database, and what it is
// given it leaves alone. Graph walks the nesting of groups; Engine adds roles,
// permissions and mappings, and answers for a user; Outline unfolds the nesting
// into a tree, branch by branch; Contrast sets apart what two of them lead to. What a
// user holds directly is not in them: whoever asks brings it along, as Held.
//
// Groups that name what does not exist, and groups that contain themselves, are
// data like any other; every walk ends.
//
// In the words of graph theory: groups are vertices, and an edge leads from a
// group to each group nested in it. V and E in the comments are how many there are.
package access
