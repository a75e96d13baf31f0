package setting_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

func TestNoRegion(t *testing.T) {
	const want = "no region is set for Cloud; set region on the data source, or one of cloud.role.name, FIRST, SECOND, or region_id in a profile of the Cloud CLI"
	if got := setting.NoRegion("Cloud", source, "region_id").Error(); got != want {
		t.Errorf("got %s", got)
	}
}

func TestNoCredentials(t *testing.T) {
	err := setting.NoCredentials("Cloud", []setting.Way{
		{Name: "a profile", Sources: []setting.Source{profileSource, fileSource}},
		{Name: "a role of the machine", Sources: []setting.Source{{Environment: []string{"MACHINE"}}}},
	}, source)
	const want = `no credentials are set for Cloud; supply one of
  - a profile:
      cloud.profile, PROFILE
      cloud.file, FILE
  - a role of the machine:
      MACHINE
With any of them, a role can be assumed:
      cloud.role.name, FIRST, SECOND`
	if got := err.Error(); got != want {
		t.Errorf("got %s", got)
	}
}

// However long the error is, it is shown whole, line by line, and without secrets.
func TestRefuse(t *testing.T) {
	secrets := &request.Secrets{}
	secrets.Add("hush-hush")
	long := strings.Repeat("profile-of-mine, ", 1000)
	err := setting.Refuse(request.Error{Cloud: "Cloud", Operation: "List", Subject: "the backups"},
		fmt.Errorf("%shush-hush\n%w", long, context.Canceled), secrets)
	if want := "Unable to read the backups from Cloud (List): " + long + "***\ncontext canceled"; err.Error() != want {
		t.Errorf("got %v", err)
	}
	var told *request.Error
	if !errors.As(err, &told) || told.Fault != request.Final || !errors.Is(err, context.Canceled) {
		t.Errorf("got %#v", err)
	}
}

// A request that failed on the way to a setting is told as what it is.
func TestRefuseKeepsAFailedRequest(t *testing.T) {
	failed := &request.Error{Cloud: "Cloud", Operation: "ListProjects", Subject: "the project", Code: "Denied", Status: 403}
	if err := setting.Refuse(request.Error{Subject: "the backups"}, fmt.Errorf("project: %w", failed), nil); !strings.HasPrefix(err.Error(), "project: Unable to read the project") {
		t.Errorf("got %v", err)
	}
}
