package snapshot

// Hold takes the turn, as one who reads for long does, until release.
func (c *Crowd) Hold() (release func()) {
	c.reading <- struct{}{}
	return func() { <-c.reading }
}
