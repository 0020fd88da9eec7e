package authz

import (
	"context"
	"fmt"
	"net/http"

	"trellis/web/upstream"
)

// Attempt is a sign-in that is tried out: names of groups that a provider sends, and
// whose and which application's it is. Empty fields narrow nothing.
type Attempt struct {
	ConnectionName string   `json:"connectionName,omitempty"`
	Groups         []string `json:"groups,omitempty"`
	UserID         string   `json:"user_id,omitempty"`
	ApplicationID  string   `json:"applicationId,omitempty"`
}

// MatchedMapping is a mapping that a name matches, and the group that has it.
type MatchedMapping struct {
	Group          Vertex `json:"group"`
	ConnectionName string `json:"connectionName"`
	GroupName      string `json:"groupName"`
}

// In what a near miss differs.
const (
	OtherConnection = "connection"
	OtherSpelling   = "spelling"
	PartOfName      = "part"
)

// NearMiss is a mapping that a name nearly matches.
type NearMiss struct {
	MatchedMapping

	Differs []string `json:"differs"`
}

// SentGroup is a name that a provider sends, with what it matches or nearly matches.
type SentGroup struct {
	Name     string           `json:"name"`
	Mappings []MatchedMapping `json:"mappings"`
	Near     []NearMiss       `json:"near"`
}

// Reached is what an attempt leads to, by a shortest path. Entries is by how many
// memberships, mappings and roles of the user a path to it can begin.
type Reached struct {
	Vertex

	ApplicationID string `json:"applicationId"` // of a role
	Path          []Hop  `json:"path"`
	Entries       int    `json:"entries"`
}

// Trial is what an attempt comes to. Roles and Permissions are nil when they may not
// be read.
type Trial struct {
	Sent        []SentGroup `json:"sent"`
	ByName      []Hop       `json:"by_name"` // mappings that go by the name of a group that the user is in
	Groups      []Reached   `json:"groups"`
	Roles       []Reached   `json:"roles"`
	Permissions []Reached   `json:"permissions"`
}

// TestMappings returns what an attempt comes to. Nothing of it is kept, and errors
// repeat nothing of it. An API of Auth0 has no such call: 404.
func (c *Client) TestMappings(ctx context.Context, a Attempt) (Trial, error) {
	var out Trial
	_, err := c.api.Call(ctx, upstream.Request{Method: http.MethodPost, Path: []string{"mappings", "test"}, Body: a}, &out)
	if err == nil && (out.Sent == nil || out.Groups == nil) {
		err = upstream.CheckRecord("") // an answer without lists is none
	}
	if err != nil {
		return Trial{}, fmt.Errorf("testing mappings: %w", err)
	}
	return out, nil
}
