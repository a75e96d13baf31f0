package mockcloud

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// authRequest is the body of IAM's requests for credentials.
type authRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string `json:"name"`
					Password string `json:"password"`
				} `json:"user"`
			} `json:"password"`
			AssumeRole struct {
				AgencyName string `json:"agency_name"`
				XRoleName  string `json:"xrole_name"` // The same, as the official provider has it.
				DomainID   string `json:"domain_id"`
				DomainName string `json:"domain_name"`
				Duration   int    `json:"duration_seconds"`
			} `json:"assume_role"`
		} `json:"identity"`
		Scope struct {
			Project Project `json:"project"`
		} `json:"scope"`
	} `json:"auth"`
}

// readAuth returns the body of a request and its method, "" for none.
func readAuth(c *call) (body authRequest, method string) {
	if err := json.Unmarshal(c.body, &body); err != nil || len(body.Auth.Identity.Methods) != 1 {
		return body, ""
	}
	return body, body.Auth.Identity.Methods[0]
}

// agency finds the agency that a request names.
func (s *Server) agency(c *call, body authRequest) (Role, *answer) {
	wanted := body.Auth.Identity.AssumeRole
	role, known := find(s, &s.roles, func(r Role) bool {
		return r.Cloud == HuaweiCloud && r.Name == cmp.Or(wanted.AgencyName, wanted.XRoleName) &&
			(wanted.DomainID == r.AccountID || (wanted.DomainID == "" && wanted.DomainName == r.AccountName))
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
	body, method := readAuth(c)
	if method != "assume_role" {
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "The method must be assume_role.")
	}
	seconds := cmp.Or(body.Auth.Identity.AssumeRole.Duration, 900)
	if seconds < 900 || seconds > 86400 {
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "duration_seconds must be between 900 and 86400.")
	}
	role, apiError := s.agency(c, body)
	if apiError != nil {
		return apiError
	}
	a := s.issue(Account{Cloud: HuaweiCloud, ID: role.AccountID, Denied: role.Denied}, time.Duration(seconds)*time.Second, false)
	return &answer{status: http.StatusCreated, body: object("credential", object(
		"access", a.AccessKey, "secret", a.SecretKey, "securitytoken", a.SecurityToken,
		"expires_at", a.Expires.UTC().Format(iamLayout))).encoded}
}

const iamLayout = "2006-01-02T15:04:05.000000Z"

// createToken answers IAM's requests for a token, by user and password or, with
// a token, by agency:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html
func (s *Server) createToken(c *call) *answer {
	body, method := readAuth(c)
	owner := Account{Cloud: HuaweiCloud}
	switch method {
	case "password":
		user := body.Auth.Identity.Password.User
		account, known := find(s, &s.accounts, func(a Account) bool {
			return a.Cloud != AlibabaCloud && a.User != "" && a.User == user.Name
		})
		if !known || account.Password != user.Password || account.Inactive {
			return huaweiError(c, http.StatusUnauthorized, "IAM.0010", "The username or password is wrong.")
		}
		owner.ID, owner.User, owner.Denied = account.ID, account.User, account.Denied
	case "assume_role":
		if apiError := s.verifyAuthToken(c, c.Header.Get("X-Auth-Token")); apiError != nil {
			return apiError
		}
		role, apiError := s.agency(c, body)
		if apiError != nil {
			return apiError
		}
		owner.ID, owner.Denied = role.AccountID, role.Denied
	default:
		return huaweiError(c, http.StatusBadRequest, "IAM.0011", "The method must be password or assume_role.")
	}
	scope := body.Auth.Scope.Project
	project, known := find(s, &s.projects, func(p Project) bool { return p.ID == scope.ID || p.Name == scope.Name })
	if scope != (Project{}) && !known {
		return huaweiError(c, http.StatusUnauthorized, "IAM.0010", "The project does not exist.")
	}
	issued, domain := s.issue(owner, day, true), domainOf(owner.idIn(HuaweiCloud))
	token := object("expires_at", issued.Expires.UTC().Format(iamLayout), "issued_at", s.now().UTC().Format(iamLayout),
		"methods", []string{method}, "roles", []any{}, "catalog", []any{},
		"user", object("domain", domain, "id", hashHex([]byte(owner.User))[:32], "name", owner.User))
	if known {
		token = token.With("project", object("domain", domain, "id", project.ID, "name", project.Name))
	} else {
		token = token.With("domain", domain)
	}
	return &answer{
		status: http.StatusCreated, header: http.Header{"X-Subject-Token": {issued.AuthToken}}, body: object("token", token).encoded,
	}
}

// domainOf returns the ID and the name of an account.
func domainOf(id string) Item {
	if id == defaultIDs[HuaweiCloud] {
		return object("id", id, "name", "demo-company")
	}
	return object("id", id, "name", "account-"+id)
}

// listDomains answers with the caller's account:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html
func (s *Server) listDomains(c *call) *answer {
	domain := domainOf(c.record.AccountID).With("enabled", true, "description", "",
		"links", object("self", "http://"+c.Host+"/v3/domains"))
	return &answer{status: http.StatusOK, body: object("domains", []Item{domain}, "links", links(c)).encoded}
}

// links is what a list of IAM has besides its items.
func links(c *call) Item {
	return object("next", nil, "previous", nil, "self", "http://"+c.Host+c.URL.EscapedPath())
}

// listProjects answers IAM's query of projects, by name or of all:
// https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html
func (s *Server) listProjects(c *call) *answer {
	s.mu.Lock()
	projects := slices.Clone(s.projects)
	s.mu.Unlock()
	self, domain := links(c).Get("self"), c.record.AccountID
	var found []Item
	for _, p := range projects {
		if c.record.Key == "" || p.Name == c.record.Key {
			found = append(found, object(
				"domain_id", domain, "is_domain", false, "parent_id", domain, "name", p.Name, "description", "",
				"links", object("self", self+"/"+p.ID), "id", p.ID, "enabled", true,
			))
		}
	}
	return c.finish(c.listOf(c.page(found, 0, len(found))).With("links", links(c)))
}
