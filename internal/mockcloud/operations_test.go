package mockcloud

import (
	"strings"
	"testing"
	"time"
)

// An operation that could not be served is found when a server is made.
func TestCheckOperations(t *testing.T) {
	t.Parallel()
	if err := checkOperations(Operations()); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Operation){
		"no handler": func(o *Operation) { o.handler = nil },
		"no service": func(o *Operation) { o.Service = "" },
		"no request": func(o *Operation) { o.Request = "" },
		"no name":    func(o *Operation) { o.Name = "" },
		"one name":   func(o *Operation) { o.Name = ShowInstanceBackups },
		"one path":   func(o *Operation) { o.Request = "GET /v3/projects" },
	} {
		operations := Operations()
		change(&operations[len(operations)-1])
		if err := checkOperations(operations); err == nil || !strings.Contains(err.Error(), "operation ") {
			t.Errorf("%s: %v", name, err)
		}
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
		if len(items) != 2 && o.kind != policyKind || !strings.Contains(items[0].String(), o.kind.id) {
			t.Errorf("%s: %v", o.Name, items)
		}
		for name := range o.kind.times {
			if _, has := items[0].Raw(name); !has && name != "begin_time" && name != "end_time" {
				t.Errorf("%s has no %s", o.Name, name)
			}
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
