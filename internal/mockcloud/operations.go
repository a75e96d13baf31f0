package mockcloud

import (
	"cmp"
	"io"
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
		iam(CreateTemporaryAccessKeyByAgency, "POST /v3.0/OS-CREDENTIAL/securitytokens", "iam:agencies:assume",
			nil, (*Server).createTemporaryKey),
	}
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

// newMux returns a handler that finds the operation of a request by its path.
// Those of Alibaba Cloud have none.
func (s *Server) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, path := range slices.Compact([]string{"/healthz", s.prefix + "/healthz"}) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) })
	for n := range s.operations {
		o := &s.operations[n]
		if method, path, hasPath := strings.Cut(o.Request, " "); hasPath {
			mux.HandleFunc(method+" "+s.prefix+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, o) })
		}
	}
	return mux
}

// identify notes what a request is about.
func (s *Server) identify(c *call) {
	path, below := strings.CutPrefix(canonicalPath(c.URL.EscapedPath()), s.prefix)
	c.atRoot = below && strings.Trim(path, "/") == ""
	r := &c.record
	switch {
	case c.operation != nil:
		r.Cloud, r.Action = c.operation.Cloud, c.operation.Name
	case strings.HasPrefix(path, "/v3"):
		r.Cloud = HuaweiCloud
	default:
		r.Cloud, r.Action = AlibabaCloud, c.common("X-Acs-Action", "Action")
		if o := operationNamed(s.operations, r.Action); o != nil && c.common("X-Acs-Version", "Version") == o.Request {
			c.operation = o
		}
	}
	if c.operation == nil {
		return
	}
	r.Operation, r.Service, r.Project = c.operation.Name, c.operation.Service, c.PathValue("project_id")
	r.Region = cmp.Or(c.params.Get("Region"), c.params.Get("RegionId"))
	switch {
	case c.operation.kind == planKind:
		r.Key = cmp.Or(r.Region, s.defaultRegion())
	case r.Service == "DBS":
		r.Key = c.params.Get("BackupPlanId")
	case c.operation.kind == projectKind:
		r.Key = c.params.Get("name")
	default:
		r.Key = cmp.Or(c.PathValue("instance_id"), r.Project)
	}
}

// common returns a common parameter of Alibaba Cloud: a header if requests are
// signed by headers, a parameter if they are signed the older way.
func (c *call) common(header, parameter string) string {
	return cmp.Or(c.Header.Get(header), c.params.Get(parameter))
}

// operate carries out a verified request.
func (s *Server) operate(c *call) *answer {
	s.mu.Lock()
	custom := s.custom[c.operation.Name]
	s.mu.Unlock()
	if custom != nil {
		status, body := custom(c.record)
		return &answer{status: status, body: []byte(body)}
	}
	return c.operation.handler(s, c)
}
