package huaweicloud

import "net/http"

// A hint is what to check after a failure.
type hint struct {
	codes  []string // the vendor's error codes that it is for
	status int      // the HTTP status that it is for where the code has no hint
	text   string
}

// Hints for every API: the gateway's refusals.
var gatewayHints = []hint{
	{[]string{"APIGW.0301", "APIGW.0303", "APIGW.0305", "APIGW.0307"}, http.StatusUnauthorized,
		"Check the access key and the secret key; with temporary keys, the security token and whether they have expired; " +
			"with auth_token, whether it is still valid and of this region; and this machine's clock, which may be wrong by 15 minutes at most. " +
			"Five wrong signatures in a row lock the access key for 5 minutes, so this was not tried again."},
	{[]string{"APIGW.0308"}, http.StatusTooManyRequests,
		"The API's limit of requests was reached. Lower requests_per_second or max_concurrent_requests, or raise max_retries."},
	{[]string{"APIGW.0101"}, 0, "The endpoint doesn't know this API. Check region, endpoint and iam_endpoint."},
}

var taurusDBHints = append([]hint{
	{[]string{"DBS.280404", "DBS.200002", "DBS.200045", "DBS.200408", "DBS.280005"}, http.StatusNotFound,
		"There is no such TaurusDB instance in this project. Check instance_id, region and project_id."},
	{[]string{"DBS.200044", "DBS.201003", "DBS.280015"}, 0,
		"The instance is not in this project, or the user may not see it. Check instance_id, region and project_id, and " + listPermission + "."},
	{[]string{"DBS.200001", "DBS.200004", "DBS.280001"}, http.StatusBadRequest,
		"A parameter is wrong, or there is no such instance. Check instance_id, region and project_id, and the other arguments of the data source."},
	{[]string{"DBS.201205"}, 0, "A backup of the instance is running. Read again when it is done."},
	{[]string{"APIGW.0302", "APIGW.0306", "APIGW.0310", "DBS.200010", "DBS.200604"}, http.StatusForbidden,
		"Check " + listPermission + ", and that project_id belongs to the region and to the account of the keys."},
}, gatewayHints...)

const listPermission = "that the user has the permission gaussdbformysql:instance:listBackup (gaussdb:backup:list in a role or policy) in this project"

var projectHints = append([]hint{
	{[]string{"APIGW.0302"}, http.StatusForbidden,
		"Check that the user has the permission iam:projects:listProjects; or set project_id, and nothing is looked up."},
	{nil, http.StatusNotFound, "Check iam_endpoint and region; or set project_id, and nothing is looked up."},
}, gatewayHints...)

var agencyHints = append([]hint{
	{[]string{"APIGW.0302"}, http.StatusForbidden,
		"Check that the agency trusts this account, and that the user may take agencies on (iam:agencies:assume, or the role Agent Operator)."},
	{nil, http.StatusBadRequest, "Check agency_name, domain_name, domain_id and duration of assume_role."},
	{nil, http.StatusNotFound, "Check agency_name, domain_name and domain_id of assume_role, and iam_endpoint."},
}, gatewayHints...)

// Advise says what to check after a failure; nothing if there is nothing to say.
type advise func(code string, status int) string

func adviseOnTaurusDB(code string, status int) string { return choose(taurusDBHints, code, status) }
func adviseOnProjects(code string, status int) string { return choose(projectHints, code, status) }
func adviseOnAgency(code string, status int) string   { return choose(agencyHints, code, status) }

// choose takes the hint for the code, else the one for the status.
func choose(hints []hint, code string, status int) string {
	byStatus := ""
	for _, h := range hints {
		for _, c := range h.codes {
			if c == code {
				return h.text
			}
		}
		if h.status == status && byStatus == "" {
			byStatus = h.text
		}
	}
	return byStatus
}
