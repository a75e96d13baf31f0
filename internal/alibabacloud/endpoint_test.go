package alibabacloud_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

func TestEndpoint(t *testing.T) {
	for region, host := range map[string]string{
		"cn-hangzhou": "cn-hangzhou", "cn-beijing": "cn-hangzhou", "cn-qingdao": "cn-hangzhou",
		"cn-shanghai": "cn-hangzhou", "cn-shenzhen": "cn-hangzhou", "cn-hongkong": "cn-hangzhou",
		"us-east-1": "cn-hangzhou", "us-west-1": "cn-hangzhou",
		"cn-hangzhou-finance": "cn-hangzhou", "cn-shanghai-finance-1": "cn-hangzhou", "cn-shenzhen-finance-1": "cn-hangzhou",
		"cn-zhangjiakou": "cn-zhangjiakou", "cn-huhehaote": "cn-huhehaote", "cn-wulanchabu": "cn-wulanchabu",
		"cn-chengdu": "cn-chengdu", "ap-northeast-1": "ap-northeast-1", "ap-southeast-1": "ap-southeast-1",
		"ap-southeast-3": "ap-southeast-3", "ap-southeast-5": "ap-southeast-5",
		"eu-central-1": "eu-central-1", "eu-west-1": "eu-west-1", "xx-new-9": "xx-new-9",
	} {
		if got, want := alibabacloud.Endpoint(region), "https://dbs-api."+host+".aliyuncs.com"; got != want {
			t.Errorf("Endpoint(%s) = %s, want %s", region, got, want)
		}
	}
}

func TestRegion(t *testing.T) {
	const profile = `{"current":"p","profiles":[{"name":"p","region_id":"from-profile"},{"name":"q","region_id":"from-q"},{"name":"bare"}]}`
	for _, test := range []struct {
		name     string
		override string
		settings alibabacloud.Settings
		env      []string
		want     string
	}{
		{"the data source's own", "own", alibabacloud.Settings{Region: "block"}, []string{"ALICLOUD_REGION", "env"}, "own"},
		{"the block's", "", alibabacloud.Settings{Region: " block\n"}, []string{"ALICLOUD_REGION", "env"}, "block"},
		{"the first name's", "", alibabacloud.Settings{}, []string{"ALICLOUD_REGION", "first", "ALIBABA_CLOUD_REGION", "second"}, "first"},
		{"the second name's", "", alibabacloud.Settings{}, []string{"ALICLOUD_REGION", " ", "ALIBABA_CLOUD_REGION", "second"}, "second"},
		{"the current profile's", "", alibabacloud.Settings{}, nil, "from-profile"},
		{"the named profile's", "", alibabacloud.Settings{Profile: "q"}, nil, "from-q"},
		{"the profile's of the environment", "", alibabacloud.Settings{}, []string{"ALIBABA_CLOUD_PROFILE", "q"}, "from-q"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := emptyEnvironment(t).with(test.env...)
			env.configure(t, profile)
			client, _ := newClient(test.settings, env)
			got, err := client.Region(test.override)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestMissingRegionTellsEveryWay(t *testing.T) {
	env := emptyEnvironment(t)
	client, _ := newClient(alibabacloud.Settings{}, env)
	_, err := client.Region("")
	wantError(t, err, "alibabacloud.region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION", "region_id", "data source")

	env.configure(t, `{"current":"p","profiles":[`)
	client, _ = newClient(alibabacloud.Settings{}, env)
	_, err = client.Region("")
	wantError(t, err, "alibabacloud.region", "config.json", "unexpected end of JSON")
}

// What is not made of letters, digits and hyphens could name another host.
func TestRegionOfAnotherShape(t *testing.T) {
	env := emptyEnvironment(t).with("ALICLOUD_REGION", "cn-hangzhou.evil.example/")
	client, _ := newClient(alibabacloud.Settings{}, env)
	_, err := client.Region("")
	wantError(t, err, "ALICLOUD_REGION", "cn-hangzhou.evil.example/")

	rapid.Check(t, func(t *rapid.T) {
		outer := rapid.StringMatching(`[a-z0-9-]{0,5}`)
		bad := rapid.SampledFrom([]string{".", "/", ":", "@", "#", "?", "%2e", " ", "\\", "é", "\x00"}).Draw(t, "bad")
		region := "a" + outer.Draw(t, "before") + bad + outer.Draw(t, "after") + "z"
		if got, err := client.Region(region); err == nil {
			t.Fatalf("%q was taken as %q", region, got)
		}
		op := operation
		op.Region = region
		if err := client.Do(t.Context(), op, decode); err == nil || !strings.Contains(err.Error(), "is not the id of a region") {
			t.Fatalf("a request to %q: %v", region, err)
		}
	})
}

func TestMalformedEndpoint(t *testing.T) {
	for _, endpoint := range []string{"ftp://host", "https://user:hunter2@host", "https://host:port"} {
		keys := alibabacloud.Settings{AccessKey: "id", SecretKey: "secret"}
		env := emptyEnvironment(t)
		settings := keys
		settings.Endpoint = endpoint
		client, _ := newClient(settings, env)
		err := client.Do(t.Context(), operation, decode)
		wantError(t, err, "alibabacloud.endpoint")
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
		for _, name := range []string{"ALIBABA_CLOUD_ENDPOINT_DBS", "DBS_ENDPOINT"} {
			client, _ = newClient(keys, emptyEnvironment(t).with(name, endpoint))
			wantError(t, client.Do(t.Context(), operation, decode), name)
			if got := client.InsecureEndpoint(); got != "" {
				t.Errorf("a malformed endpoint is insecure: %s", got)
			}
		}
	}
}

func TestEndpointOfTheEnvironment(t *testing.T) {
	first, second := newService(t, succeed), newService(t, succeed)
	for _, test := range []struct {
		env  []string
		want *service
	}{
		{[]string{"ALIBABA_CLOUD_ENDPOINT_DBS", first.URL, "DBS_ENDPOINT", second.URL}, first},
		{[]string{"DBS_ENDPOINT", second.URL}, second},
	} {
		before := len(test.want.requests())
		client, _ := newClient(alibabacloud.Settings{AccessKey: "id", SecretKey: "secret"}, emptyEnvironment(t).with(test.env...))
		if err := client.Do(t.Context(), operation, decode); err != nil {
			t.Fatal(err)
		}
		if got := len(test.want.requests()) - before; got != 1 {
			t.Errorf("%v: %d requests came", test.env, got)
		}
	}
}

func TestInsecureEndpoint(t *testing.T) {
	for endpoint, want := range map[string]string{
		"":                         "",
		"https://dbs.example.com":  "",
		"http://127.0.0.1:8080":    "",
		"http://dbs.example.com/x": "http://dbs.example.com/x",
	} {
		for name, env := range map[string]environment{
			"endpoint":     emptyEnvironment(t),
			"DBS_ENDPOINT": emptyEnvironment(t).with("DBS_ENDPOINT", endpoint),
		} {
			settings := alibabacloud.Settings{}
			if name == "endpoint" {
				settings.Endpoint = endpoint
			}
			client, _ := newClient(settings, env)
			if got := client.InsecureEndpoint(); got != want {
				t.Errorf("%s %q: got %q, want %q", name, endpoint, got, want)
			}
		}
	}
}

// wantError fails unless the error holds all the parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Error("there is no error")
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q: %v", part, err)
		}
	}
}
