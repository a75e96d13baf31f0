package mockcloud

import (
	"strings"
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

// Each kind of list that a fixture can have is made by Fill.
func TestGenerateKinds(t *testing.T) {
	t.Parallel()
	for _, o := range Operations() {
		if o.kind == nil || o.kind == projectKind || o.kind == billingKind {
			continue
		}
		items := o.kind.generate("key", 2, time.Unix(0, 0))
		if len(items) != 2 || !strings.Contains(items[0].String(), o.kind.id) {
			t.Errorf("%s: %v", o.Name, items)
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
