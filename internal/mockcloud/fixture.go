package mockcloud

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Fixture is what a server can be seeded with: what ParseFixture and Demo return.
type Fixture struct {
	Accounts []Account
	Roles    []Role
	Projects []Project

	lists map[listKey][]Item
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
}

// Lists returns a line for each region, plan, project and instance of the fixture:
// how many items of which kind it has.
func (f Fixture) Lists() []string {
	counts := make(map[string][]string)
	for key, items := range f.lists {
		if key.kind.vary != nil {
			counts[key.key] = append(counts[key.key], fmt.Sprintf("%d %s", len(items), strings.ReplaceAll(key.kind.fixture, "_", " ")))
		}
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, key+": "+strings.Join(slices.Sorted(slices.Values(counts[key])), ", "))
	}
	return lines
}

// Environment is what to set, each "NAME=value", so that a provider without a
// configuration reads from a server at a URL that was seeded with the fixture.
// token is a setting that can replace the key of Huawei Cloud, "" if there is none.
func (f Fixture) Environment(url string) (environment []string, token string) {
	var alibaba, huawei Account
	for _, a := range slices.Backward(f.Accounts) { // The first one of each cloud.
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
	region := append(planRegions(f.lists), "")[0]
	environment = []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + alibaba.AccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + alibaba.SecretKey,
		"ALIBABA_CLOUD_SECURITY_TOKEN=" + alibaba.SecurityToken, "ALIBABA_CLOUD_REGION=" + region,
		"ALIBABA_CLOUD_ENDPOINT_DBS=" + url, "ALIBABA_CLOUD_ENDPOINT_STS=" + url,
		"HW_ACCESS_KEY=" + huawei.AccessKey, "HW_SECRET_KEY=" + huawei.SecretKey,
		"HW_SECURITY_TOKEN=" + huawei.SecurityToken, "HW_AUTH_URL=" + url + "/v3",
	}
	if huawei.AccessKey == "" {
		environment, token = append(environment, token), ""
	}
	for n, project := range f.Projects {
		region, _, _ := strings.Cut(project.Name, "_")
		if n == 0 {
			environment = append(environment, "HW_REGION_NAME="+region)
		}
		// The vendor's library reads the endpoint of each region from a variable.
		name := "HUAWEICLOUD_SDK_REGION_GAUSSDB_" + strings.ToUpper(strings.ReplaceAll(region, "-", "_"))
		environment = append(environment, name+"="+url)
	}
	unset := func(setting string) bool { return setting == "" || strings.HasSuffix(setting, "=") }
	return slices.DeleteFunc(environment, unset), token
}

// DemoEnvironment is what to set, each "NAME=value", so that a provider without
// a configuration reads from this server with the demo's keys.
func (s *Server) DemoEnvironment() []string {
	environment, _ := Demo(time.Time{}).Environment(s.URL())
	return environment
}

// fixtureFile is the form of a fixture file.
type fixtureFile struct {
	Accounts           []Account         `json:"accounts"`
	Roles              []Role            `json:"roles"`
	Projects           []Project         `json:"projects"`
	Plans              map[string][]Item `json:"plans"`
	FullBackups        map[string][]Item `json:"full_backups"`
	IncrementalBackups map[string][]Item `json:"incremental_backups"`
	RestoreRanges      map[string][]Item `json:"restore_ranges"`
	Instances          []struct {
		ProjectID     string         `json:"project_id"`
		Backups       []Item         `json:"backups"`
		RestoreRanges []Item         `json:"restore_ranges"`
		Policy        *Item          `json:"policy"`
		Item          jsontext.Value `json:",embed"` // the members of the API's item
	} `json:"instances"`
}

// knownMembers are the members of the file and of the elements of its lists.
// Instances and items have any.
var knownMembers = map[string][]string{
	"": membersOf[fixtureFile](), "accounts": membersOf[Account](), "roles": membersOf[Role](), "projects": membersOf[Project](),
}

func membersOf[T any]() (names []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		names = append(names, field.Tag.Get("json"))
	}
	return names
}

// ParseFixture reads a fixture file, and turns its relative times into the
// clouds' own forms. Accounts, roles and projects that it leaves out are the
// demo's. Its errors begin with line and column: a name that is spelled wrong, say,
// would be a backup that is missing.
func ParseFixture(source []byte, now time.Time) (Fixture, error) {
	return parseFixture(source, now, Demo(now))
}

func parseFixture(source []byte, now time.Time, missing Fixture) (Fixture, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff")) // Some editors begin a file with it.
	p := &fixtureParser{
		source: source, now: now, names: make(map[jsontext.Pointer]int64), values: make(map[jsontext.Pointer]int64),
		seen: make(map[string]bool), fixture: Fixture{lists: make(map[listKey][]Item)},
	}
	p.locate()
	file := fixtureFile{Accounts: missing.Accounts, Roles: missing.Roles, Projects: missing.Projects}
	err := json.Unmarshal(source, &file, json.WithUnmarshalers(json.UnmarshalFunc(p.time)))
	if err != nil {
		if !errors.Is(err, jsontext.ErrDuplicateName) { // locate has reported it.
			p.undecodable(err)
		}
		return Fixture{}, errors.Join(p.problems...)
	}
	p.fixture.Accounts, p.fixture.Roles, p.fixture.Projects = file.Accounts, file.Roles, file.Projects
	for n, a := range file.Accounts {
		p.account(place("accounts", n), a)
	}
	for n, r := range file.Roles {
		at := place("roles", n)
		if r.Cloud != AlibabaCloud && r.Cloud != HuaweiCloud || r.Name == "" || r.AccountID == "" {
			p.problem(at, "a role needs a cloud, a name and an account_id; the clouds are %s, %s", AlibabaCloud, HuaweiCloud)
		}
		p.once(at, "roles", string(r.Cloud), r.ARN())
		p.denied(at, r.Denied)
	}
	for n, project := range file.Projects {
		at := place("projects", n)
		if project.ID == "" || project.Name == "" {
			p.problem(at, "a project needs an id and a name")
		}
		p.once(at, "projects", "", project.ID)
		p.once(at, "project name", "", project.Name)
	}
	for _, group := range []struct {
		kind  *kind
		lists map[string][]Item
	}{
		{planKind, file.Plans}, {fullBackupKind, file.FullBackups},
		{incrementalKind, file.IncrementalBackups}, {planRangeKind, file.RestoreRanges},
	} {
		for _, key := range slices.Sorted(maps.Keys(group.lists)) {
			p.items(place(group.kind.fixture, key), listKey{group.kind, key}, group.lists[key])
		}
	}
	for n, instance := range file.Instances {
		at := place("instances", n)
		known := slices.ContainsFunc(file.Projects, func(project Project) bool { return project.ID == instance.ProjectID })
		if instance.ProjectID != "" && !known {
			p.problem(at+"/project_id", "no project has the ID %q", instance.ProjectID)
		}
		item := JSON(cmp.Or(string(instance.Item), "{}"))
		id := item.Get("id")
		p.item(at, listKey{instanceKind, instance.ProjectID}, item)
		p.items(at+"/backups", listKey{backupKind, id}, instance.Backups)
		p.items(at+"/restore_ranges", listKey{instanceRangeKind, id}, instance.RestoreRanges)
		if instance.Policy != nil {
			p.item(at+"/policy", listKey{policyKind, id}, *instance.Policy)
		}
	}
	return p.fixture, errors.Join(p.problems...)
}

// place returns the JSON pointer to a part of a file.
func place(part string, key any) jsontext.Pointer {
	return jsontext.Pointer("/" + part).AppendToken(fmt.Sprint(key))
}

// fixtureParser makes a fixture of a file, and collects what is wrong with it.
type fixtureParser struct {
	source        []byte
	now           time.Time
	fixture       Fixture
	names, values map[jsontext.Pointer]int64 // where they begin in source
	seen          map[string]bool            // what may be there only once
	problems      []error
}

// locate finds where names and values begin, and reports members that are there
// twice or not known. It stops where the file is no JSON.
func (p *fixtureParser) locate() {
	decoder := jsontext.NewDecoder(bytes.NewReader(p.source), jsontext.AllowDuplicateNames(true))
	for {
		rest := p.source[decoder.InputOffset():]
		start := int64(len(p.source) - len(bytes.TrimLeft(rest, " \t\r\n,:")))
		token, err := decoder.ReadToken()
		if err != nil {
			return
		}
		at := decoder.StackPointer()
		if within, length := decoder.StackIndex(decoder.StackDepth()); within != '{' || length%2 == 0 {
			if token.Kind() != '}' && token.Kind() != ']' {
				p.values[at] = start
			}
			continue
		}
		name := token.String()
		if _, twice := p.names[at]; twice {
			p.problemAt(start, "the member %q is there twice", name)
		}
		p.names[at] = start
		var known []string
		switch parents := slices.Collect(at.Parent().Tokens()); len(parents) {
		case 0:
			known = knownMembers[""]
		case 2:
			known = knownMembers[parents[0]]
		}
		if known != nil && !slices.Contains(known, name) {
			p.problemAt(start, "%q is not known here; known are %s", name, strings.Join(known, ", "))
		}
	}
}

// undecodable reports an error of the decoder.
func (p *fixtureParser) undecodable(err error) {
	offset := int64(0)
	if syntactic, is := errors.AsType[*jsontext.SyntacticError](err); is {
		offset = syntactic.ByteOffset
	}
	if semantic, is := errors.AsType[*json.SemanticError](err); is {
		wanted := map[reflect.Kind]string{
			reflect.Bool: "true or false", reflect.String: "a string", reflect.Slice: "an array",
			reflect.Map: "an object", reflect.Struct: "an object",
		}[semantic.GoType.Kind()]
		offset, err = p.values[semantic.JSONPointer], cmp.Or(semantic.Err, fmt.Errorf("this must be %s", wanted))
	}
	p.problemAt(offset, "%w", err)
}

// problem notes what is wrong with the value at a place.
func (p *fixtureParser) problem(at jsontext.Pointer, format string, args ...any) {
	p.problemAt(p.values[at], format, args...)
}

// problemAt notes an error that begins with "line:column: ".
func (p *fixtureParser) problemAt(offset int64, format string, args ...any) {
	before := p.source[:min(max(int(offset), 0), len(p.source))]
	line, column := bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n')
	p.problems = append(p.problems, fmt.Errorf("%d:%d: "+format, append([]any{line, column}, args...)...))
}

// once reports a value that was there before, in the same list.
func (p *fixtureParser) once(at jsontext.Pointer, title, list, value string) {
	key := title + "\n" + list + "\n" + value
	if value != "" && p.seen[key] {
		p.problem(at, "%s: %q is there twice", title, value)
	}
	p.seen[key] = true
}

// time reads a time that is relative or in the form of RFC 3339.
func (p *fixtureParser) time(raw []byte, t *time.Time) error {
	offset, relative, err := relativeTime(stringOf(raw))
	if *t = p.now.Add(offset); !relative {
		*t, err = time.Parse(time.RFC3339, stringOf(raw))
	}
	return err
}

func (p *fixtureParser) account(at jsontext.Pointer, a Account) {
	switch {
	case !slices.Contains([]Cloud{"", AlibabaCloud, HuaweiCloud}, a.Cloud):
		p.problem(at+"/cloud", "the cloud %q is not known; known are %s, %s", a.Cloud, AlibabaCloud, HuaweiCloud)
	case a.AccessKey+a.AuthToken+a.User == "":
		p.problem(at, "an account needs an access_key, an auth_token or a user")
	case (a.AccessKey == "") != (a.SecretKey == ""):
		p.problem(at, "access_key and secret_key go together")
	case (a.User == "") != (a.Password == ""):
		p.problem(at, "user and password go together")
	case a.SecurityToken != "" && a.AccessKey == "":
		p.problem(at, "a security_token needs an access_key")
	}
	for _, cloud := range []Cloud{AlibabaCloud, HuaweiCloud} {
		if a.Cloud == "" || a.Cloud == cloud {
			p.once(at, "access key", string(cloud), a.AccessKey)
			p.once(at, "auth token", string(cloud), a.AuthToken)
			p.once(at, "user", string(cloud), a.User)
		}
	}
	p.denied(at, a.Denied)
}

// denied checks the operations and error codes of an account or a role.
func (p *fixtureParser) denied(at jsontext.Pointer, denied map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(denied)) {
		member := (at + "/denied").AppendToken(name)
		o := operationNamed(Operations(), name)
		codes := slices.Concat(DeniedCodes(AlibabaCloud), DeniedCodes(HuaweiCloud))
		switch {
		case name == "*":
		case o == nil || o.Permission == "":
			p.problemAt(p.names[member], "no operation that needs a permission is called %q", name)
		default:
			codes = DeniedCodes(o.Cloud)
		}
		if code := denied[name]; code != "" && !slices.Contains(codes, code) {
			p.problem(member, "the error code %q is not known here; known are %s", code, strings.Join(codes, ", "))
		}
	}
}

// items sets a list.
func (p *fixtureParser) items(at jsontext.Pointer, key listKey, items []Item) {
	p.fixture.lists[key] = []Item{}
	for n, item := range items {
		p.item(at.AppendToken(strconv.Itoa(n)), key, item)
	}
}

// item adds an item to a list. IDs differ within it; those of plans and instances
// differ anywhere.
func (p *fixtureParser) item(at jsontext.Pointer, key listKey, item Item) {
	k, id := key.kind, item.Get(key.kind.id)
	item = k.absolute(item, p.now, func(name string, err error) { p.problem(at.AppendToken(name), "%s: %w", name, err) })
	p.fixture.lists[key] = append(p.fixture.lists[key], item)
	if k.id != "" && id == "" {
		p.problem(at, "%s: this item has no %s", k.fixture, k.id)
	}
	if k == planKind || k == instanceKind {
		key.key = ""
	}
	if k == incrementalKind {
		id = fmt.Sprintf("%s %s %s", item.Get("BackupSetJobId"), id, item.Get("StartTime"))
	}
	p.once(at, k.fixture, key.key, id)
}
