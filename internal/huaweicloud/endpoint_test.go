package huaweicloud_test

import (
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func client(s huaweicloud.Settings, environment map[string]string) *huaweicloud.Client {
	return huaweicloud.NewClient(s, func(name string) string { return environment[name] }, request.New(request.Options{}), &request.Secrets{})
}

func TestRegionalEndpoints(t *testing.T) {
	for region, host := range map[string]string{
		"cn-north-2": "gaussdb", "cn-north-4": "gaussdb", "cn-north-9": "gaussdb", "cn-east-3": "gaussdb",
		"cn-south-1": "gaussdb", "cn-south-4": "gaussdb", "cn-southwest-2": "gaussdb", "ap-southeast-3": "gaussdb",
		"ap-southeast-4": "gaussdb", "sa-brazil-1": "gaussdb", "ru-northwest-2": "gaussdb",
		"ap-southeast-1": "gaussdbformysql", "ap-southeast-2": "gaussdbformysql", "tr-west-1": "gaussdbformysql",
		"cn-north-11": "gaussdbformysql", "me-east-1": "gaussdbformysql",
		"af-south-1": "gaussdb-mysql", "cn-east-5": "gaussdb-mysql", "la-north-2": "gaussdb-mysql", "cn-southwest-3": "gaussdb-mysql",
	} {
		taurusDB, iam, err := huaweicloud.Endpoints(client(huaweicloud.Settings{}, nil), region)
		if err != nil || taurusDB != "https://"+host+"."+region+".myhuaweicloud.com" || iam != "https://iam."+region+".myhuaweicloud.com" {
			t.Errorf("%s: %s, %s, %v", region, taurusDB, iam, err)
		}
	}
	taurusDB, iam, err := huaweicloud.Endpoints(client(huaweicloud.Settings{}, nil), "eu-west-101")
	if err != nil || taurusDB != "https://gaussdb.eu-west-101.myhuaweicloud.eu" || iam != "https://iam.eu-west-101.myhuaweicloud.eu" {
		t.Errorf("eu-west-101: %s, %s, %v", taurusDB, iam, err)
	}
	_, _, err = huaweicloud.Endpoints(client(huaweicloud.Settings{}, nil), "cn-nroth-4")
	if err == nil || !strings.Contains(err.Error(), `"cn-nroth-4"`) || !strings.Contains(err.Error(), "endpoint") {
		t.Errorf("an unknown region: %v", err)
	}
}

func TestEndpointsThatAreSet(t *testing.T) {
	for _, test := range []struct {
		block       huaweicloud.Settings
		environment map[string]string
		taurusDB    string
		iam         string
	}{
		{huaweicloud.Settings{Endpoint: "https://db.example", IAMEndpoint: "https://iam.example"}, map[string]string{"HW_AUTH_URL": "https://x/v3"},
			"https://db.example", "https://iam.example"},
		{huaweicloud.Settings{Endpoint: "db.example:8443", IAMEndpoint: "iam.example/"}, nil, "https://db.example:8443", "https://iam.example"},
		{huaweicloud.Settings{Endpoint: "http://127.0.0.1:1/gateway/", IAMEndpoint: "https://iam.example/a/v3"}, nil,
			"http://127.0.0.1:1/gateway", "https://iam.example/a"},
		{huaweicloud.Settings{Endpoint: "https://[::1]:8443"}, map[string]string{"HW_AUTH_URL": "https://iam.example:31943/v3"},
			"https://[::1]:8443", "https://iam.example:31943"},
		{huaweicloud.Settings{Endpoint: "https://db.example"}, map[string]string{"HW_AUTH_URL": "https://iam.example/v3/"},
			"https://db.example", "https://iam.example"},
	} {
		// A region that nobody knows is no matter where the endpoint is set.
		taurusDB, iam, err := huaweicloud.Endpoints(client(test.block, test.environment), "xx-new-1")
		if err != nil || taurusDB != test.taurusDB || iam != test.iam {
			t.Errorf("%+v: %s, %s, %v", test.block, taurusDB, iam, err)
		}
	}
	for _, wrong := range []string{"ftp://db.example", "https://user:HIDDEN@db.example", "https://db.example/../x"} {
		for origin, c := range map[string]*huaweicloud.Client{
			"huaweicloud.endpoint":     client(huaweicloud.Settings{Endpoint: wrong}, nil),
			"huaweicloud.iam_endpoint": client(huaweicloud.Settings{IAMEndpoint: wrong}, nil),
			"HW_AUTH_URL":              client(huaweicloud.Settings{}, map[string]string{"HW_AUTH_URL": wrong}),
		} {
			if _, _, err := huaweicloud.Endpoints(c, "cn-north-4"); err == nil || !strings.Contains(err.Error(), origin) || strings.Contains(err.Error(), "HIDDEN") {
				t.Errorf("%s %q: %v", origin, wrong, err)
			}
		}
	}
}

func TestInsecureEndpoint(t *testing.T) {
	for endpoint, want := range map[string]string{
		"":                    "",
		"https://db.example":  "",
		"http://127.0.0.9":    "",
		"http://db.example/x": "http://db.example/x",
	} {
		for name, c := range map[string]*huaweicloud.Client{
			"endpoint":     client(huaweicloud.Settings{Endpoint: endpoint}, nil),
			"iam_endpoint": client(huaweicloud.Settings{IAMEndpoint: endpoint}, nil),
			"HW_AUTH_URL":  client(huaweicloud.Settings{}, map[string]string{"HW_AUTH_URL": endpoint}),
		} {
			if got := c.InsecureEndpoint(); got != want {
				t.Errorf("%s %q: got %q, want %q", name, endpoint, got, want)
			}
		}
	}
}
