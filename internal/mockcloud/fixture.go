package mockcloud

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Fixture is what a server can be seeded with: what ParseFixture and Demo return.
type Fixture struct {
	Accounts []Account
	Roles    []Role
	Projects []Project

	lists map[listKey][]Item
	// now is the time that the items are relative to.
	now time.Time
}

// Seed adds what a fixture has. A list that the server has already is
// replaced.
func (s *Server) Seed(f Fixture) {
	for _, account := range f.Accounts {
		s.SetAccount(account)
	}
	for _, role := range f.Roles {
		s.SetRole(role)
	}
	for _, project := range f.Projects {
		s.AddProject(project)
	}
	for key, items := range f.lists {
		List{s, key}.Set(items...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = f.now
}

// Lists returns a line for each region, plan, project and instance of the fixture:
// how many items of which kind it has.
func (f Fixture) Lists() []string {
	lines := make(map[string][]string)
	for key, items := range f.lists {
		if key.kind != policyKind {
			lines[key.key] = append(lines[key.key], fmt.Sprintf("%d %s", len(items), strings.ReplaceAll(key.kind.fixture, "_", " ")))
		}
	}
	all := make([]string, 0, len(lines))
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		slices.Sort(lines[key])
		all = append(all, key+": "+strings.Join(lines[key], ", "))
	}
	return all
}

// Environment is what to set, each "NAME=value", so that a provider without a
// configuration reads from a server at a URL that was seeded with the fixture.
// token is a setting that can replace the key of Huawei Cloud, "" if there is none.
func (f Fixture) Environment(url string) (environment []string, token string) {
	var alibaba, huawei Account
	for _, a := range slices.Backward(f.Accounts) {
		if a.AccessKey != "" && a.Cloud != HuaweiCloud {
			alibaba = a
		}
		if a.AccessKey != "" && a.Cloud != AlibabaCloud {
			huawei = a
		}
		if a.AuthToken != "" && a.Cloud != AlibabaCloud {
			token = "HW_AUTH_TOKEN=" + a.AuthToken
		}
	}
	region := ""
	for key := range f.lists {
		if key.kind == planKind && (region == "" || key.key < region) {
			region = key.key
		}
	}
	environment = []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + alibaba.AccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + alibaba.SecretKey,
		"ALIBABA_CLOUD_SECURITY_TOKEN=" + alibaba.SecurityToken, "ALIBABA_CLOUD_REGION=" + region,
		"ALIBABA_CLOUD_ENDPOINT_DBS=" + url, "ALIBABA_CLOUD_ENDPOINT_STS=" + url,
		"HW_ACCESS_KEY=" + huawei.AccessKey, "HW_SECRET_KEY=" + huawei.SecretKey, "HW_SECURITY_TOKEN=" + huawei.SecurityToken,
	}
	if huawei.AccessKey == "" && token != "" {
		environment, token = append(environment, token), ""
	}
	environment = append(environment, "HW_AUTH_URL="+url+"/v3")
	for n, project := range f.Projects {
		region, _, _ := strings.Cut(project.Name, "_")
		if n == 0 {
			environment = append(environment, "HW_REGION_NAME="+region)
		}
		// The vendor's library reads the endpoint of each region from a variable.
		name := "HUAWEICLOUD_SDK_REGION_GAUSSDB_" + strings.ToUpper(strings.ReplaceAll(region, "-", "_"))
		environment = append(environment, name+"="+url)
	}
	return slices.DeleteFunc(environment, func(setting string) bool { return strings.HasSuffix(setting, "=") }), token
}

// ParseFixture reads a fixture file, and turns its relative times into the
// clouds' own forms. Accounts, roles and projects that it leaves out are the
// demo's. Its errors begin with line and column: a name that is spelled wrong, say,
// would be a backup that is missing.
func ParseFixture(source []byte, now time.Time) (Fixture, error) {
	return parseFixture(source, now, Demo(now))
}

func parseFixture(source []byte, now time.Time, missing Fixture) (Fixture, error) {
	f := Fixture{
		Accounts: missing.Accounts, Roles: missing.Roles, Projects: missing.Projects, now: now, lists: make(map[listKey][]Item),
	}
	source = []byte(strings.TrimPrefix(string(source), "\ufeff")) // Some editors begin a file with it.
	root, err := parseJSON(source)
	if err != nil {
		return Fixture{}, err
	}
	p := &fixtureParser{source: source, now: now, seen: make(map[string]bool), fixture: &f}
	var instances *node
	fields := map[string]func(*node){
		"accounts":  each(p, &f.Accounts, p.account),
		"roles":     each(p, &f.Roles, p.role),
		"projects":  each(p, &f.Projects, p.project),
		"instances": func(n *node) { instances = n },
	}
	for _, k := range []*kind{planKind, fullBackupKind, incrementalKind, planRangeKind} {
		fields[k.fixture] = func(n *node) {
			for _, m := range p.members(n) {
				p.items(m.value, listKey{k, m.name.str()})
			}
		}
	}
	p.object(root, fields)
	if instances != nil { // Last: they refer to projects.
		each(p, new([]struct{}), p.instance)(instances)
	}
	if len(p.problems) > 0 {
		return Fixture{}, errors.Join(p.problems...)
	}
	return f, nil
}

// fixtureParser reads a fixture, and collects what is wrong with it.
type fixtureParser struct {
	source   []byte
	now      time.Time
	fixture  *Fixture
	seen     map[string]bool // what may be there only once
	problems []error
}

func (p *fixtureParser) problem(n *node, format string, args ...any) {
	p.problems = append(p.problems, placed(p.source, n.offset, format, args...))
}

// once reports a value that was there before, in the same list.
func (p *fixtureParser) once(n *node, title, list, value string) {
	key := title + "\n" + list + "\n" + value
	if value != "" && p.seen[key] {
		p.problem(n, "%s: %q is there twice", title, value)
	}
	p.seen[key] = true
}

// members returns the members of an object.
func (p *fixtureParser) members(n *node) []nodeMember {
	if n.kind != '{' {
		p.problem(n, "this must be an object, not %s", n.raw[:min(len(n.raw), 30)])
	}
	seen := make(map[string]bool)
	for _, m := range n.members {
		if seen[m.name.str()] {
			p.problem(m.name, "the member %q is there twice", m.name.str())
		}
		seen[m.name.str()] = true
	}
	return n.members
}

// object reads the members of an object that has no others.
func (p *fixtureParser) object(n *node, fields map[string]func(*node)) {
	for _, m := range p.members(n) {
		if read := fields[m.name.str()]; read != nil {
			read(m.value)
		} else {
			p.problem(m.name, "%q is not known here; known are %s", m.name.str(),
				strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
	}
}

// each reads an array into a list.
func each[T any](p *fixtureParser, into *[]T, read func(*node) T) func(*node) {
	return func(n *node) {
		if n.kind != '[' {
			p.problem(n, "this must be an array, not %s", n.raw[:min(len(n.raw), 30)])
		}
		*into = []T{}
		for _, element := range n.elements {
			*into = append(*into, read(element))
		}
	}
}

func (p *fixtureParser) string(into *string) func(*node) {
	return func(n *node) {
		if n.kind != '"' {
			p.problem(n, "this must be a string, not %s", n.raw[:min(len(n.raw), 30)])
		}
		*into = n.str()
	}
}

func (p *fixtureParser) cloud(into *Cloud) func(*node) {
	return func(n *node) {
		*into = Cloud(n.str())
		if *into != AlibabaCloud && *into != HuaweiCloud {
			p.problem(n, "the cloud %q is not known; known are %s, %s", n.str(), AlibabaCloud, HuaweiCloud)
		}
	}
}

// denied reads operations and error codes.
func (p *fixtureParser) denied(into *map[string]string) func(*node) {
	return func(n *node) {
		*into = make(map[string]string)
		for _, m := range p.members(n) {
			o := operationNamed(Operations(), m.name.str())
			codes := slices.Concat(DeniedCodes(AlibabaCloud), DeniedCodes(HuaweiCloud))
			switch {
			case m.name.str() == "*":
			case o == nil || o.Permission == "":
				p.problem(m.name, "no operation that needs a permission is called %q", m.name.str())
			default:
				codes = DeniedCodes(o.Cloud)
			}
			if code := m.value.str(); code != "" && !slices.Contains(codes, code) {
				p.problem(m.value, "the error code %q is not known here; known are %s", code, strings.Join(codes, ", "))
			}
			(*into)[m.name.str()] = m.value.str()
		}
	}
}

func (p *fixtureParser) account(n *node) (a Account) {
	p.object(n, map[string]func(*node){
		"cloud": p.cloud(&a.Cloud), "id": p.string(&a.ID),
		"access_key": p.string(&a.AccessKey), "secret_key": p.string(&a.SecretKey), "security_token": p.string(&a.SecurityToken),
		"auth_token": p.string(&a.AuthToken), "user": p.string(&a.User), "password": p.string(&a.Password),
		"inactive": func(n *node) {
			a.Inactive = n.kind == 't'
			if n.kind != 't' && n.kind != 'f' {
				p.problem(n, "this must be true or false")
			}
		},
		"expires": func(n *node) {
			offset, relative, err := relativeTime(n.str())
			if a.Expires = p.now.Add(offset); !relative {
				a.Expires, err = time.Parse(time.RFC3339, n.str())
			}
			if err != nil {
				p.problem(n, "%w", err)
			}
		},
		"denied": p.denied(&a.Denied),
	})
	switch {
	case a.AccessKey+a.AuthToken+a.User == "":
		p.problem(n, "an account needs an access_key, an auth_token or a user")
	case (a.AccessKey == "") != (a.SecretKey == ""):
		p.problem(n, "access_key and secret_key go together")
	case (a.User == "") != (a.Password == ""):
		p.problem(n, "user and password go together")
	case a.SecurityToken != "" && a.AccessKey == "":
		p.problem(n, "a security_token needs an access_key")
	}
	for title, name := range map[string]string{"access key": a.AccessKey, "auth token": a.AuthToken, "user": a.User} {
		for _, cloud := range []Cloud{AlibabaCloud, HuaweiCloud} {
			if name != "" && (a.Cloud == "" || a.Cloud == cloud) {
				p.once(n, title, string(cloud), name)
			}
		}
	}
	return a
}

func (p *fixtureParser) role(n *node) (r Role) {
	p.object(n, map[string]func(*node){
		"cloud": p.cloud(&r.Cloud), "name": p.string(&r.Name),
		"account_id": p.string(&r.AccountID), "account_name": p.string(&r.AccountName),
		"external_id": p.string(&r.ExternalID), "denied": p.denied(&r.Denied),
		"oidc_token": p.string(&r.OIDCToken), "oidc_provider": p.string(&r.OIDCProvider),
	})
	if r.Cloud == "" || r.Name == "" || r.AccountID == "" {
		p.problem(n, "a role needs a cloud, a name and an account_id")
	}
	p.once(n, "roles", string(r.Cloud), r.ARN())
	return r
}

func (p *fixtureParser) project(n *node) (project Project) {
	p.object(n, map[string]func(*node){"id": p.string(&project.ID), "name": p.string(&project.Name)})
	if project.ID == "" || project.Name == "" {
		p.problem(n, "a project needs an id and a name")
	}
	p.once(n, "projects", "", project.ID)
	p.once(n, "project name", "", project.Name)
	return project
}

// instance reads an instance: its members are those of the API's item, and some
// of this format.
func (p *fixtureParser) instance(n *node) struct{} {
	var project, id string
	own := &node{offset: n.offset, raw: n.raw, kind: n.kind}
	for _, m := range p.members(n) {
		switch m.name.str() {
		case "project_id":
			p.string(&project)(m.value)
			if !slices.ContainsFunc(p.fixture.Projects, func(known Project) bool { return known.ID == project }) {
				p.problem(m.value, "no project has the ID %q", project)
			}
			continue
		case "backups", "policy", "restore_ranges":
			continue
		case "id":
			id = m.value.str()
		}
		own.members = append(own.members, m)
	}
	p.once(n, "instances", "", id)
	p.fixture.lists[listKey{backupKind, id}] = []Item{}
	for _, m := range n.members {
		switch m.name.str() {
		case "backups":
			p.items(m.value, listKey{backupKind, id})
		case "restore_ranges":
			p.items(m.value, listKey{instanceRangeKind, id})
		case "policy":
			p.members(m.value)
			p.fixture.lists[listKey{policyKind, id}] = []Item{m.value.item()}
		}
	}
	key := listKey{instanceKind, project}
	p.fixture.lists[key] = append(p.fixture.lists[key], p.item(own, instanceKind))
	return struct{}{}
}

// items reads a list of items, whose IDs differ within it; those of plans differ
// anywhere.
func (p *fixtureParser) items(n *node, key listKey) {
	k, list := key.kind, key.key
	if k == planKind {
		list = ""
	}
	var items []Item
	each(p, &items, func(n *node) Item {
		p.members(n)
		item := p.item(n, k)
		id := item.Get(k.id)
		if k == incrementalKind {
			id = fmt.Sprintf("%s %s %s", item.Get("BackupSetJobId"), id, item.Get("StartTime"))
		}
		p.once(n, k.fixture, list, id)
		return item
	})(n)
	p.fixture.lists[key] = items
}

// item reads an item, and turns its relative times into the cloud's form.
func (p *fixtureParser) item(n *node, k *kind) Item {
	item := n.item()
	if k.id != "" && item.Get(k.id) == "" {
		p.problem(n, "%s: this item has no %s", k.fixture, k.id)
	}
	for _, m := range n.members {
		form, isTime := k.times[m.name.str()]
		if !isTime || m.value.kind != '"' {
			continue
		}
		offset, relative, err := relativeTime(m.value.str())
		if relative && err == nil {
			var zone *time.Location
			if zone, err = zoneOf(item.Get("time_zone")); err == nil {
				item = item.With(m.name.str(), form.in(p.now.Add(offset), zone))
			}
		}
		if err != nil {
			p.problem(m.value, "%s: %w", m.name.str(), err)
		}
	}
	return item
}
