package huaweicloud

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
)

// A search that ends because its own time is too short, although that time isn't up
// yet, is not the failure of others who wait for it.
func TestMemoOfAnImpatientSearch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m memo[string]
		release := make(chan struct{})
		impatient := func(context.Context) (string, error) {
			<-release
			return "", fmt.Errorf("too little time is left: %w", context.DeadlineExceeded)
		}
		patient := func(context.Context) (string, error) { return "found", nil }
		always := func(string) bool { return true }
		go func() { _, _ = m.get(t.Context(), "key", always, impatient) }()
		synctest.Wait()
		found := make(chan string)
		go func() {
			value, err := m.get(t.Context(), "key", always, patient)
			if err != nil {
				t.Error(err)
			}
			found <- value
		}()
		synctest.Wait()
		close(release)
		if got := <-found; got != "found" {
			t.Errorf("the one who waits gets %q", got)
		}
	})
}
