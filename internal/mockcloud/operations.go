package mockcloud

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Cloud is one of the two clouds that the server implements.
type Cloud string

// The two clouds.
const (
	AlibabaCloud Cloud = "alibabacloud"
	HuaweiCloud  Cloud = "huaweicloud"
)

// The operations that the server answers, by the names that the clouds' own
// clients have for them. KeystoneCreateToken is both that of a user's and of an
// agency's token.
const (
	DescribeBackupPlanList      = "DescribeBackupPlanList"
	DescribeFullBackupList      = "DescribeFullBackupList"
	DescribeIncrementBackupList = "DescribeIncrementBackupList"
	DescribeRestoreRangeInfo    = "DescribeRestoreRangeInfo"
	DescribeBackupPlanBilling   = "DescribeBackupPlanBilling"
	AssumeRole                  = "AssumeRole"
	AssumeRoleWithOIDC          = "AssumeRoleWithOIDC"

	ShowInstanceBackups              = "ShowInstanceBackups"
	ShowGaussMySqlBackupList         = "ShowGaussMySqlBackupList"   //nolint:revive,staticcheck // As the vendor spells it.
	ListGaussMySqlInstances          = "ListGaussMySqlInstances"    //nolint:revive,staticcheck // As the vendor spells it.
	ShowGaussMySqlBackupPolicy       = "ShowGaussMySqlBackupPolicy" //nolint:revive,staticcheck // As the vendor spells it.
	ShowBackupRestoreTime            = "ShowBackupRestoreTime"
	KeystoneListProjects             = "KeystoneListProjects"
	KeystoneListAuthProjects         = "KeystoneListAuthProjects"
	KeystoneListAuthDomains          = "KeystoneListAuthDomains"
	KeystoneCreateToken              = "KeystoneCreateToken"
	CreateTemporaryAccessKeyByAgency = "CreateTemporaryAccessKeyByAgency"
)

// Operation is one entry of the server's registry. Routing, permissions, faults,
// fixtures, flags and records go by it.
type Operation struct {
	Name    string
	Cloud   Cloud
	Service string
	// Request is how the operation is recognised: by the API version of Alibaba
	// Cloud, or by method and path, as in "GET /v3/{project_id}/instances".
	Request string
	// Permission is what an account needs to call the operation; "" if requests
	// are not signed.
	Permission string

	kind    *kind // of the items in its answer; nil for none
	handler func(*Server, *call) *answer
}

// Operations returns all operations that the server answers.
func Operations() []Operation {
	const instance = "GET /v3/{project_id}/instances/{instance_id}"
	dbs := func(name string, k *kind, handler func(*Server, *call) *answer) Operation {
		return Operation{name, AlibabaCloud, "DBS", "2019-03-06", "dbs:" + name, k, handler}
	}
	taurusdb := func(name, request, permission string, k *kind, handler func(*Server, *call) *answer) Operation {
		return Operation{name, HuaweiCloud, "TaurusDB", request, permission, k, handler}
	}
	iam := func(name, request, permission string, k *kind, handler func(*Server, *call) *answer) Operation {
		return Operation{name, HuaweiCloud, "IAM", request, permission, k, handler}
	}
	return []Operation{
		dbs(DescribeBackupPlanList, planKind, (*Server).describeBackupPlanList),
		dbs(DescribeFullBackupList, fullBackupKind, (*Server).describeBackupList),
		dbs(DescribeIncrementBackupList, incrementalKind, (*Server).describeBackupList),
		dbs(DescribeRestoreRangeInfo, planRangeKind, (*Server).describeRestoreRangeInfo),
		dbs(DescribeBackupPlanBilling, billingKind, (*Server).describeBackupPlanBilling),
		{AssumeRole, AlibabaCloud, "STS", "2015-04-01", "sts:AssumeRole", nil, (*Server).assumeRole},
		{AssumeRoleWithOIDC, AlibabaCloud, "STS", "2015-04-01", "", nil, (*Server).assumeRole},

		taurusdb(ShowInstanceBackups, instance+"/backups", "gaussdb:backup:list", backupKind, (*Server).showInstanceBackups),
		taurusdb(ShowGaussMySqlBackupList, "GET /v3/{project_id}/backups", "gaussdb:backup:list", backupKind, (*Server).showBackupList),
		taurusdb(ListGaussMySqlInstances, "GET /v3/{project_id}/instances", "gaussdb:instance:list", instanceKind, (*Server).listInstances),
		taurusdb(ShowGaussMySqlBackupPolicy, instance+"/backups/policy", "gaussdb:backup:list", policyKind, (*Server).showBackupPolicy),
		taurusdb(ShowBackupRestoreTime, instance+"/restore-time", "gaussdb:backup:list", instanceRangeKind, (*Server).showRestoreTime),
		iam(KeystoneListProjects, "GET /v3/projects", "iam:projects:listProjects", projectKind, (*Server).listProjects),
		iam(KeystoneListAuthProjects, "GET /v3/auth/projects", "iam:projects:listProjects", projectKind, (*Server).listProjects),
		iam(KeystoneListAuthDomains, "GET /v3/auth/domains", "iam:domains:list", nil, (*Server).listDomains),
		iam(KeystoneCreateToken, "POST /v3/auth/tokens", "", nil, (*Server).createToken),
		iam(CreateTemporaryAccessKeyByAgency, "POST /v3.0/OS-CREDENTIAL/securitytokens", "iam:agencies:assume", nil, (*Server).createTemporaryKey),
	}
}

// checkOperations returns an error for an entry that could not be served.
func checkOperations(operations []Operation) error {
	var problems []error
	for n, o := range operations {
		repeated := slices.ContainsFunc(operations[:n], func(other Operation) bool {
			return other.Name == o.Name || (o.hasPath() && other.Request == o.Request)
		})
		if o.Name == "" || o.Cloud == "" || o.Service == "" || o.Request == "" || o.handler == nil || repeated {
			problems = append(problems, fmt.Errorf("operation %d, %q, lacks a handler or another part, or stands there twice", n, o.Name))
		}
	}
	return errors.Join(problems...)
}

// operationNamed returns the operation of a name; nil if there is none.
func operationNamed(operations []Operation, name string) *Operation {
	for n := range operations {
		if operations[n].Name == name {
			return &operations[n]
		}
	}
	return nil
}

func (o *Operation) hasPath() bool { return strings.Contains(o.Request, " /") }

// matchPath reports whether a request is for an operation that has a path, and
// returns the values of the path's placeholders.
func (o *Operation) matchPath(method string, segments []string) (values map[string]string, matches bool) {
	wanted, pattern, _ := strings.Cut(o.Request, " /")
	parts := strings.Split(pattern, "/")
	if !o.hasPath() || method != wanted || len(parts) != len(segments) {
		return nil, false
	}
	values = make(map[string]string)
	for n, part := range parts {
		switch {
		case strings.HasPrefix(part, "{") && segments[n] != "":
			values[strings.Trim(part, "{}")] = segments[n]
		case part != segments[n]:
			return nil, false
		}
	}
	return values, true
}

// route finds the operation that a request is for.
func (s *Server) route(c *call) {
	path, well := canonicalPath(c.URL.EscapedPath())
	path, below := strings.CutPrefix(path, s.prefix)
	c.badPath = !well || !below || (path != "" && path[0] != '/')
	c.segments = unescapedSegments(path)
	for n := range s.operations {
		o := &s.operations[n]
		if values, matches := o.matchPath(c.Method, c.segments); matches && !c.badPath {
			c.operation, c.path = o, values
			break
		}
	}
	r := c.record
	switch {
	case c.operation != nil:
		r.Cloud, r.Action = c.operation.Cloud, c.operation.Name
	case strings.HasPrefix(c.segments[0], "v3"):
		r.Cloud = HuaweiCloud
	default:
		r.Cloud, r.Action = AlibabaCloud, c.common("X-Acs-Action", "Action")
		if o := operationNamed(s.operations, r.Action); o != nil && !o.hasPath() && c.common("X-Acs-Version", "Version") == o.Request {
			c.operation = o
		}
	}
	if c.operation == nil {
		return
	}
	r.Operation, r.Service, r.Project = c.operation.Name, c.operation.Service, c.path["project_id"]
	switch {
	case r.Service == "DBS":
		r.Region = c.params.Get("Region")
		if r.Region == "" {
			r.Region = c.params.Get("RegionId")
		}
		r.Key = c.params.Get("BackupPlanId")
		if r.Operation == DescribeBackupPlanList {
			r.Key = s.regionOf(r.Region)
		}
	case c.operation.kind == projectKind:
		r.Key = c.query.Get("name")
	case c.path["instance_id"] != "":
		r.Key = c.path["instance_id"]
	default:
		r.Key = r.Project
	}
}

// operate carries out a verified request.
func (s *Server) operate(c *call) *answer {
	s.mu.Lock()
	custom, record := s.custom[c.operation.Name], *c.record
	s.mu.Unlock()
	if custom != nil {
		status, body := custom(record)
		return &answer{status: status, body: []byte(body)}
	}
	return c.operation.handler(s, c)
}

// fail returns an error in the envelope of the operation's service.
func fail(c *call, status int, code, message string) *answer {
	if c.record.Cloud == HuaweiCloud {
		return huaweiError(c, status, code, message)
	}
	return gatewayError(c, status, code, message)
}

func ok(body Item) *answer { return &answer{status: http.StatusOK, body: body.encoded} }
