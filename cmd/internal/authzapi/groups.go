package authzapi

import (
	"context"
	"encoding/json"
	"fmt"

	"trellis/cmd/internal/store"
)

// groupList is the answer of GET /groups.
type groupList struct {
	Groups any `json:"groups"`
	totals
}

// named is what a single record shows of itself.
type named struct {
	ID          string `json:"_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

func nameOf(g store.Group) named { return named{g.ID, g.Name, g.Description} }

// oneGroup is what a single group shows of itself.
type oneGroup struct {
	named
	Metadata json.RawMessage `json:"metadata,omitzero"`
}

func oneGroupOf(g store.Group) oneGroup { return oneGroup{nameOf(g), g.Metadata} }

func (s *Server) listGroups(ctx context.Context, c *call) (any, error) {
	find, err := s.narrowed(ctx, c)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	groups, n, err := s.groupPage(ctx, c.tx, find, fields)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, c.tx, groups, fields); err != nil {
		return nil, err
	}
	if isWanted(fields, lists()...) { // the list shows these two even when they were never used
		for i := range groups {
			groups[i].Members, groups[i].Mappings = orEmpty(groups[i].Members), orEmpty(groups[i].Mappings)
		}
	}
	list := groupList{Groups: orEmpty(groups), totals: totalsOf(c.query, n, len(groups))}
	if fields != nil {
		list.Groups, err = s.groupRecords(ctx, c.tx, groups, fields)
	}
	return list, err
}

// newGroup is a group to create, and what is in it from the start.
type newGroup struct {
	store.GroupInput
	Initial *struct {
		Members  []string             `json:"members"`
		Pending  []string             `json:"pending"`
		Nested   []string             `json:"nested"`
		Roles    []string             `json:"roles"`
		Mappings []store.MappingInput `json:"mappings"`
	} `json:"initial"`
}

// updateGroups is what it takes to put something into a group, also into a new one.
const updateGroups = "update:groups"

func (s *Server) createGroup(ctx context.Context, c *call) (any, error) {
	var in newGroup
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if in.Initial != nil && !c.who.Can(updateGroups) {
		return nil, insufficient([]string{updateGroups})
	}
	if err := s.mayFill(ctx, c, in); err != nil {
		return nil, err
	}
	g, err := c.tx.CreateGroup(ctx, in.GroupInput)
	if err != nil || in.Initial == nil {
		return body(oneGroupOf(g), err)
	}
	return body(oneGroupOf(g), in.fill(ctx, c.tx, g.ID))
}

// fill puts into the new group what is in it from the start.
func (in newGroup) fill(ctx context.Context, tx *store.Tx, group string) error {
	with := in.Initial
	for _, list := range []struct {
		ids []string
		add func(context.Context, string, []string) error
	}{{with.Members, tx.AddMembers}, {with.Pending, tx.AddPending}, {with.Nested, tx.AddNested}, {with.Roles, tx.AddGroupRoles}} {
		if len(list.ids) == 0 {
			continue
		}
		if err := list.add(ctx, group, list.ids); err != nil {
			return err
		}
	}
	if len(with.Mappings) == 0 {
		return nil
	}
	return tx.AddMappings(ctx, group, with.Mappings)
}

func (s *Server) getGroup(ctx context.Context, c *call) (any, error) {
	g, err := c.tx.Group(ctx, c.id)
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(c.query)
	switch {
	case isTrue(c.query, "expand"):
		return s.expanded(ctx, c, g)
	case fields != nil:
		records, err := s.groupRecords(ctx, c.tx, []store.Group{g}, fields)
		if err != nil {
			return nil, err
		}
		return records[0], nil
	}
	return oneGroupOf(g), nil
}

func (s *Server) updateGroup(ctx context.Context, c *call) (any, error) {
	var in store.GroupInput
	if err := c.into(&in); err != nil {
		return nil, err
	}
	if err := s.mayName(ctx, c, c.id, in.Name); err != nil {
		return nil, err
	}
	return body(c.tx.UpdateGroup(ctx, c.id, in))
}

// patchGroup changes what the body names. Of metadata it changes the keys that are
// named there: a null takes one away.
func (s *Server) patchGroup(ctx context.Context, c *call) (any, error) {
	was, err := c.tx.Group(ctx, c.id)
	if err != nil {
		return nil, err
	}
	patch, _ := c.body.(map[string]any)
	in := store.GroupInput{Name: was.Name, Description: was.Description}
	if name, ok := patch["name"].(string); ok {
		in.Name = name
	}
	if err := s.mayName(ctx, c, c.id, in.Name); err != nil {
		return nil, err
	}
	if description, ok := patch["description"].(string); ok {
		in.Description = description
	}
	if change, ok := patch["metadata"].(map[string]any); ok {
		if in.Metadata, err = mergedMetadata(was.Metadata, change); err != nil {
			return nil, err
		}
	}
	return body(c.tx.UpdateGroup(ctx, c.id, in))
}

func mergedMetadata(was json.RawMessage, change map[string]any) (json.RawMessage, error) {
	all := map[string]any{}
	if was != nil {
		if err := json.Unmarshal(was, &all); err != nil {
			return nil, fmt.Errorf("reading metadata: %w", err)
		}
	}
	for key, value := range change {
		if value == nil {
			delete(all, key)
			continue
		}
		all[key] = value
	}
	return encode(all)
}

func deleteGroup(ctx context.Context, c *call) (any, error) {
	return nil, c.tx.DeleteGroup(ctx, c.id)
}
