package mockcloud

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Project is a project of Huawei Cloud. Its name is its region's, or begins
// with it: "cn-north-4_team".
type Project struct {
	ID   string
	Name string
}

// AddProject makes a project known.
func (s *Server) AddProject(p Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projects = append(slices.Clone(s.projects), p)
}

// hasProject reports whether there is such a project.
func (s *Server) hasProject(matches func(Project) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.projects, matches)
}

// domain returns the ID and the name of the account that sent the request.
func (c *call) domain() map[string]any {
	id := c.account.idIn(HuaweiCloud, true)
	name := defaultDomainName
	if id != defaultDomainID {
		name = "account-" + id
	}
	return map[string]any{"id": id, "name": name}
}

// listProjects answers IAM's query of projects, by name or of all:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
func (s *Server) listProjects(c *call) *answer {
	s.mu.Lock()
	projects := s.projects
	s.mu.Unlock()
	self := "http://" + c.Host + c.URL.EscapedPath()
	found := make([]Item, 0, len(projects))
	for _, p := range projects {
		if c.record.Key == "" || p.Name == c.record.Key {
			id := c.domain()["id"]
			found = append(found, object(
				"domain_id", id, "is_domain", false, "parent_id", id, "name", p.Name, "description", "",
				"links", map[string]any{"self": self + "/" + p.ID}, "id", p.ID, "enabled", true,
			))
		}
	}
	s.note(c, func(r *Request) { r.Items, r.Total = len(found), len(found) })
	body := members{{"links", encode(map[string]any{"next": nil, "previous": nil, "self": self})}}
	c.addList(&body, found)
	return c.finish(body)
}

// listDomains answers with the caller's account:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html
func (s *Server) listDomains(c *call) *answer {
	domain := c.domain()
	domain["enabled"], domain["description"] = true, ""
	domain["links"] = map[string]any{"self": "http://" + c.Host + "/v3/domains"}
	return ok(object("domains", []any{domain},
		"links", map[string]any{"next": nil, "previous": nil, "self": "http://" + c.Host + c.URL.EscapedPath()}))
}

// createToken answers IAM's requests for a token, by user and password or, with
// a token, by agency:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
func (s *Server) createToken(c *call) *answer {
	auth, err := parseJSON(c.body)
	if err != nil {
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "The request body is invalid.")
	}
	owner := Account{Cloud: HuaweiCloud}
	methods := auth.get("auth", "identity", "methods")
	switch methods {
	case `["password"]`:
		user, password := auth.get("auth", "identity", "password", "user", "name"), auth.get("auth", "identity", "password", "user", "password")
		account, known := s.account(HuaweiCloud, "user "+user)
		if !known || account.Password != password || account.Inactive {
			return huaweiError(c, http.StatusUnauthorized, "IAM.0010", "The username or password is wrong.")
		}
		owner.ID, owner.User, owner.Denied = account.ID, user, account.Denied
	case `["assume_role"]`:
		if apiError := s.verifyAuthToken(c, c.Header.Get("X-Auth-Token")); apiError != nil {
			return apiError
		}
		role, apiError := s.agency(c, auth)
		if apiError != nil {
			return apiError
		}
		owner.ID, owner.Denied = role.AccountID, role.Denied
	default:
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "The method must be password or assume_role.")
	}
	c.account = owner
	id, name := auth.get("auth", "scope", "project", "id"), auth.get("auth", "scope", "project", "name")
	if id+name != "" && !s.hasProject(func(p Project) bool {
		if p.ID == id || p.Name == name {
			id, name = p.ID, p.Name
			return true
		}
		return false
	}) {
		return huaweiError(c, http.StatusUnauthorized, "IAM.0010", "The project does not exist.")
	}
	issued := s.issue(owner, day, true)
	token := object("expires_at", issued.Expires.UTC().Format(iamLayout), "issued_at", s.now().UTC().Format(iamLayout),
		"methods", json.RawMessage(methods), "roles", []any{}, "catalog", []any{},
		"user", map[string]any{"domain": c.domain(), "id": hashHex([]byte(owner.User))[:32], "name": owner.User})
	if id != "" {
		token = token.With("project", map[string]any{"domain": c.domain(), "id": id, "name": name})
	} else {
		token = token.With("domain", c.domain())
	}
	return &answer{
		status: http.StatusCreated, header: http.Header{"X-Subject-Token": {issued.AuthToken}}, body: object("token", token).encoded,
	}
}

const iamLayout = "2006-01-02T15:04:05.000000Z"

// agency finds the agency that the body of a request names.
func (s *Server) agency(c *call, auth *node) (Role, *answer) {
	of := func(name string) string { return auth.get("auth", "identity", "assume_role", name) }
	role, known := s.role(HuaweiCloud, func(r Role) bool {
		return r.Name == cmp.Or(of("agency_name"), of("xrole_name")) &&
			(of("domain_id") == r.AccountID || (of("domain_id") == "" && of("domain_name") == r.AccountName))
	})
	if !known {
		return role, huaweiError(c, http.StatusForbidden, "IAM.0002",
			"You are not authorized to perform the requested action: the agency or its account does not exist.")
	}
	return role, nil
}

// createTemporaryKey answers IAM's request for temporary keys by agency:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html
func (s *Server) createTemporaryKey(c *call) *answer {
	auth, err := parseJSON(c.body)
	if err != nil || auth.get("auth", "identity", "methods") != `["assume_role"]` {
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "The method must be assume_role.")
	}
	seconds, err := strconv.Atoi(cmp.Or(auth.get("auth", "identity", "assume_role", "duration_seconds"), "900"))
	if err != nil || seconds < 900 || seconds > 86400 {
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "duration_seconds must be between 900 and 86400.")
	}
	role, apiError := s.agency(c, auth)
	if apiError != nil {
		return apiError
	}
	a := s.issue(Account{Cloud: HuaweiCloud, ID: role.AccountID, Denied: role.Denied}, time.Duration(seconds)*time.Second, false)
	return &answer{status: http.StatusCreated, body: object("credential", object(
		"access", a.AccessKey, "secret", a.SecretKey, "securitytoken", a.SecurityToken,
		"expires_at", a.Expires.UTC().Format(iamLayout))).encoded}
}
