package huaweicloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// Temporary keys are renewed in time: those that have expired, before each use.
func TestTemporaryKeysAreRenewed(t *testing.T) {
	for name, block := range map[string]huaweicloud.Settings{
		"ECS agency":  {ECSAgency: "a"},
		"assume_role": {AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops", DomainName: "them"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			n := 0
			issue := func(w http.ResponseWriter, _ *http.Request) {
				n++
				expires := time.Now().Add(-time.Second)
				if n == 3 {
					expires = time.Now().Add(24 * time.Hour)
				}
				_, _ = fmt.Fprint(w, s.temporary(fmt.Sprintf("ISSUED%d", n), expires))
			}
			s.on(tokenPath, http.StatusNotFound, "")
			s.handle(keyPath, issue)
			s.handle(rolePath, issue)
			c := s.client(block, environment(t.TempDir(), nil))
			var used []string
			for range 5 {
				if err := c.backups(t.Context(), "", ""); err != nil {
					t.Fatal(err)
				}
			}
			for _, r := range s.requests("/backups") {
				access, _, _ := parseAuthorization(r.Header.Get("Authorization"))
				used = append(used, access)
			}
			if got, want := strings.Join(used, " "), "ISSUED1 ISSUED2 ISSUED3 ISSUED3 ISSUED3"; got != want {
				t.Errorf("used %s, want %s", got, want)
			}
		})
	}
}

// One who gives up doesn't fail the others that wait for the same search.
func TestSharedSearchOutlivesItsFirstCaller(t *testing.T) {
	s := newStandIn(t)
	s.on(tokenPath, http.StatusNotFound, "")
	release := hang(t, s, keyPath)
	defer release()
	c := s.client(huaweicloud.Settings{ECSAgency: "a"}, environment(t.TempDir(), nil))
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { first <- c.backups(ctx, "", "") }()
	for len(s.requests(keyPath)) == 0 {
		time.Sleep(time.Millisecond)
	}
	go func() { second <- c.backups(t.Context(), "", "") }()
	s.on(keyPath, http.StatusOK, s.temporary("ECS", time.Now().Add(time.Hour)))
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second: %v", err)
	}
}

func TestContextEndsTheSearch(t *testing.T) {
	s := newStandIn(t)
	release := hang(t, s, "/meta-data/latest/api/token")
	defer release()
	c := s.client(huaweicloud.Settings{ECSAgency: "a"}, environment(t.TempDir(), nil))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.backups(ctx, "", "") }()
	for len(s.requests("/token")) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; err == nil || ctx.Err() == nil {
		t.Errorf("got %v", err)
	}
}
