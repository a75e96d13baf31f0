package mockcloud

import (
	"testing"
	"time"
)

// Each operation can be served, and no two are the same.
func TestOperations(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, o := range Operations() {
		request := o.Request
		if o.Cloud == AlibabaCloud {
			request = o.Name
		}
		if o.Name == "" || o.Service == "" || o.Request == "" || o.handler == nil || seen[o.Name] || seen[request] {
			t.Errorf("%+v", o)
		}
		seen[o.Name], seen[request] = true, true
	}
}

// Each kind of items has a template, with the members that the kind names. Generated
// items differ if they have an ID.
func TestGenerateKinds(t *testing.T) {
	t.Parallel()
	for _, o := range Operations() {
		k := o.kind
		if k == nil || k == projectKind {
			continue // The server makes these of its accounts and projects.
		}
		items := k.generate("key", 2, time.Unix(0, 0))
		for _, member := range []string{k.id, k.name, k.freeText, k.status, k.owner} {
			if _, found := items[0].Raw(member); member != "" && !found {
				t.Errorf("templates.json has no %s in %s, which list.go names", member, k.fixture)
			}
		}
		if k.id != "" && items[0].Get(k.id) == items[1].Get(k.id) {
			t.Errorf("%s: two generated items have the same %s: vary in list.go must set it", k.fixture, k.id)
		}
	}
}

// Credentials that were issued are forgotten a day after they expired.
func TestIssuedIsBounded(t *testing.T) {
	t.Parallel()
	clock := time.Unix(0, 0)
	s := New(Options{Clock: func() time.Time { return clock }})
	for range 100 {
		s.issue(Account{Cloud: AlibabaCloud}, hour, false)
		clock = clock.Add(day)
	}
	if len(s.accounts) > 3 {
		t.Errorf("%d accounts", len(s.accounts))
	}
}
