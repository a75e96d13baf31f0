package alibabacloud_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

// Answers that the vendor's providers stumble over.
func TestOddAnswersOfTheMetadataService(t *testing.T) {
	for _, body := range []string{
		``, `null`, `{}`, `[]`, `{"Code":"Success","AccessKeyId":"hush","AccessKeySecret":"hush","SecurityToken":"hush"}`,
		`{"AccessKeyId":"hush","AccessKeySecret":"hush","SecurityToken":"hush","Expiration":"2999-01-01T00:00:00Z"}`,
		`{"Code":"Success","AccessKeyId":"hush","AccessKeySecret":"hush","SecurityToken":"hush","Expiration":"later"}`,
		`{"Code":"Success","AccessKeyId":"","AccessKeySecret":"","SecurityToken":"","Expiration":"2999-01-01T00:00:00Z"}`,
		`{"Code":"Failed","AccessKeyId":"hush","AccessKeySecret":"hush","SecurityToken":"hush","Expiration":"2999-01-01T00:00:00Z"}`,
	} {
		serveMetadata(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		got, err := asker(t, alibabacloud.Settings{ECSRoleName: "ecs"}, emptyEnvironment(t))
		if err == nil {
			t.Errorf("%s gave %q", body, got)
			continue
		}
		wantError(t, err, "alibabacloud.ecs_role_name")
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}
