package mockcloud

import (
	"net/http"
	"slices"
)

// Project is a project of Huawei Cloud. Its name is its region's, or begins
// with it: "cn-north-4_team".
type Project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AddProject makes a project known.
func (s *Server) AddProject(p Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projects = append(slices.Clone(s.projects), p)
}

// project finds a project by its id.
func (s *Server) project(id string) (Project, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := slices.IndexFunc(s.projects, func(p Project) bool { return p.ID == id })
	if n < 0 {
		return Project{}, false
	}
	return s.projects[n], true
}

// listProjects answers IAM's query of projects, by name or of all:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
func (s *Server) listProjects(c *call) *answer {
	s.mu.Lock()
	projects := s.projects
	s.mu.Unlock()
	const domain = "d78cbac186b744899480f25bd022f468"
	self := "http://" + c.Host + c.URL.EscapedPath()
	found := make([]map[string]any, 0, len(projects))
	for _, p := range projects {
		if c.record.Key != "" && p.Name != c.record.Key {
			continue
		}
		found = append(found, map[string]any{
			"id": p.ID, "name": p.Name, "description": "", "enabled": true, "is_domain": false,
			"domain_id": domain, "parent_id": domain,
			"links": map[string]any{"self": self + "/" + p.ID},
		})
	}
	s.note(c, func(r *Request) { r.Items, r.Total = len(found), len(found) })
	var b itemBuilder
	b.add("links", map[string]any{"next": nil, "previous": nil, "self": self})
	b.add("projects", found)
	return &answer{
		status: http.StatusOK,
		header: http.Header{"X-Iam-Trace-Id": {"token_" + c.record.RequestID}},
		body:   b.item().text,
	}
}
