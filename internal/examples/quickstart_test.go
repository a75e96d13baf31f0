package examples_test

import (
	"os"
	"regexp"
	"testing"
)

var configuration = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// The configurations of both READMEs work as they are, and nothing in them changes by
// itself.
func TestAccQuickStart(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		found := configuration.FindAllSubmatch(text, -1)
		if len(found) != 2 {
			t.Fatalf("%s has %d configurations, want 2", name, len(found))
		}
		for i, failed := range []string{
			"new-mysql, reports-postgresql, staging-mysql, sessions-mongodb, crm-oracle, archive-sqlserver",
			"billing, reporting-copy",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				e := open(t, "provider", demo(t), "1.8.0", "1.8.0")
				e.Write("provider.tf", string(found[i][1]))
				e.apply()
				// With this argument, a plan with changes fails the test.
				got := e.plan("-detailed-exitcode").failed["recent_backups"]
				if len(got) != 1 || !contains(got[0], failed) {
					t.Errorf("failed checks: %q, want one with %q", got, failed)
				}
			})
		}
	}
}
