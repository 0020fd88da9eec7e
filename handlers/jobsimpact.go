package handlers

import (
	"github.com/labstack/echo/v4"

	"trellis/views/urls"
	"trellis/web/authz"
	"trellis/web/bulk"
)

// proposalOfJob is what is left to do of j.
func proposalOfJob(j bulk.Job) proposal {
	p := proposal{page: func(n int) string { return urls.ToJobImpact(j.ID, n) }, export: urls.ToJobImpactExport(j.ID)}
	for _, l := range j.Lines {
		if l.Verdict == bulk.Planned {
			p.changes = append(p.changes, proposedLine(j.Task, l.ID))
		}
	}
	return p
}

// proposedLine is the change that a task makes of one of its things.
func proposedLine(t bulk.Task, id string) authz.ProposedChange {
	switch t.Kind {
	case bulk.AddMembers:
		return addMember(id, t.Target)
	case bulk.RemoveMembers:
		return undone(addMember(id, t.Target))
	case bulk.GiveRole:
		return addUserRole(id, t.Target)
	case bulk.TakeRole:
		return undone(addUserRole(id, t.Target))
	case bulk.RoleToGroups:
		return addGroupRole(id, t.Target)
	case bulk.DeleteGroups:
		return deleteGroup(id)
	case bulk.DeleteRoles:
		return deleteRole(id)
	default:
		return deletePermission(id)
	}
}

// Impact is what a job would do to people: all of it, or the note on its page.
func (h Jobs) Impact(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	p := proposalOfJob(j)
	if h.Impacts.API == nil || len(p.changes) == 0 {
		return seeOther(c, urls.ToJob(j.ID))
	}
	return h.Impacts.show(c, p)
}

// ImpactFile is what a job would do to people as a file.
func (h Jobs) ImpactFile(c echo.Context) error {
	j, err := h.job(c)
	if err != nil {
		return err
	}
	p := proposalOfJob(j)
	if h.Impacts.API == nil || len(p.changes) == 0 {
		return seeOther(c, urls.ToJob(j.ID))
	}
	return h.Impacts.file(c, p.changes)
}
