package alibabacloud_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

func TestAssumeRole(t *testing.T) {
	standIn := newSTS(t, time.Hour, "id", "secret")
	settings := alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", AssumeRole: &alibabacloud.AssumeRole{
		RoleARN: "acs:ram::1:role/r", SessionName: "me", SessionExpiration: 1800, Policy: `{"a":"b c"}`, ExternalID: "ext",
	}}
	if got, err := asker(t, settings, emptyEnvironment(t)); err != nil || got != "STS.1/STS.1-token" {
		t.Fatalf("got %q, %v", got, err)
	}
	asked := standIn.requests()[0]
	for name, want := range map[string]string{
		"RoleArn": "acs:ram::1:role/r", "RoleSessionName": "me", "DurationSeconds": "1800",
		"Policy": `{"a":"b c"}`, "ExternalId": "ext", "AccessKeyId": "id",
	} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if hosts := dialled(); !slices.Equal(hosts, []string{"sts.aliyuncs.com:443"}) {
		t.Errorf("asked %v", hosts)
	}

	// What the block's role leaves out comes from the environment, then from defaults.
	settings.AssumeRole = &alibabacloud.AssumeRole{}
	for _, name := range []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"} {
		for _, session := range []string{"ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"} {
			env := emptyEnvironment(t).with(name, "acs:ram::1:role/env", session, "env-session",
				"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "7200", "STS_ENDPOINT", "sts.example.com:8443")
			if _, err := asker(t, settings, env); err != nil {
				t.Fatal(err)
			}
			all := standIn.requests()
			asked := all[len(all)-1]
			if asked.Get("RoleArn") != "acs:ram::1:role/env" || asked.Get("RoleSessionName") != "env-session" || asked.Get("DurationSeconds") != "7200" {
				t.Errorf("%s, %s: asked %v", name, session, asked)
			}
			if hosts := dialled(); hosts[len(hosts)-1] != "sts.example.com:8443" {
				t.Errorf("asked %v", hosts)
			}
		}
	}
	env := emptyEnvironment(t).with("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/env")
	if _, err := asker(t, settings, env); err != nil {
		t.Fatal(err)
	}
	all := standIn.requests()
	if got := all[len(all)-1]; got.Get("RoleSessionName") != "terraform-provider-cloudbackup" || got.Get("DurationSeconds") != "3600" {
		t.Errorf("asked %v", got)
	}
}
