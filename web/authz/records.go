package authz

// record is what a list of the API holds: anything that has an id.
type record interface{ key() string }

func keyOf[T record](r T) string { return r.key() }

func (g Group) key() string      { return g.ID }
func (r Role) key() string       { return r.ID }
func (p Permission) key() string { return p.ID }
func (m Mapping) key() string    { return m.ID }
func (u User) key() string       { return u.UserID }

func (u MissingUser) key() string   { return u.UserID }
func (p PendingMember) key() string { return p.Email }

func (m NestedMember) key() string { return m.User.UserID }
func (h Holder) key() string       { return h.User.UserID }
func (r NestedRole) key() string   { return r.Role.ID }
