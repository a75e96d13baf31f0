package provider

import (
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Configure makes the clients of both clouds. It reads nothing from disk or
// network: what a cloud lacks is reported when that cloud is read.
func (p *Provider) Configure(_ context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	config := newConfiguration(req.Config.Raw)
	options := config.requests()
	secrets := &redact.Secrets{}
	options.UserAgent = fmt.Sprintf("terraform-provider-cloudbackup/%s Terraform/%s", p.version, req.TerraformVersion)
	options.Logger = slog.New(newLogHandler(os.Getenv))
	options.Secrets = secrets
	requests := request.New(options)
	alibaba := alibabacloud.NewClient(config.cloud("alibabacloud"), os.Getenv, requests, secrets)
	huawei := huaweicloud.NewClient(config.cloud("huaweicloud"), os.Getenv, requests, secrets)
	for _, warning := range slices.Concat(alibaba.Warnings(), huawei.Warnings()) {
		resp.Diagnostics.AddWarning("Requests are not encrypted", warning)
	}
	resp.DataSourceData = &datasources.Clouds{
		DBS:      &dbs.Client{Cloud: alibaba},
		TaurusDB: &taurusdb.Client{Cloud: huawei},
		Unknown:  config.unknown,
		Secrets:  secrets,
	}
}

// configuration is the provider configuration: the values that are set, by their path.
// It is not read into structs, because any part of it may be unknown during planning,
// and a read has to name those parts.
type configuration struct {
	values  setting.Values
	unknown []string
}

func newConfiguration(raw tftypes.Value) configuration {
	c := configuration{values: setting.Values{}}
	c.add("", raw)
	slices.Sort(c.unknown)
	return c
}

// add adds a value of the configuration, and what is in it.
func (c *configuration) add(name string, value tftypes.Value) {
	switch {
	case !value.IsKnown():
		c.unknown = append(c.unknown, name)
	case value.IsNull():
	case value.Type().Is(tftypes.Object{}):
		var attributes map[string]tftypes.Value
		_ = value.As(&attributes) // an object can always be read as one
		for attribute, value := range attributes {
			c.add(strings.TrimPrefix(name+"."+attribute, "."), value)
		}
	case value.Type().Is(tftypes.Number):
		var number *big.Float
		_ = value.As(&number) // the type says that it is a number
		c.values[name] = number.Text('f', -1)
	default:
		var s string
		_ = value.As(&s) // the schema has no other types
		c.values[name] = s
	}
}

// cloud returns the settings of a cloud's attribute.
func (c configuration) cloud(name string) setting.Values {
	settings := setting.Values{}
	for path, value := range c.values {
		if attribute, ok := strings.CutPrefix(path, name+"."); ok {
			settings[attribute] = value
		}
	}
	return settings
}

// requests returns the options of the requests of both clouds.
func (c configuration) requests() request.Options {
	float := func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
	return request.Options{
		MaxConcurrent: parse(c.values["max_concurrent_requests"], strconv.Atoi, request.DefaultMaxConcurrent),
		PerSecond:     parse(c.values["requests_per_second"], float, 0),
		MaxRetries:    parse(c.values["max_retries"], strconv.Atoi, request.DefaultMaxRetries),
		Timeout:       parse(c.values["request_timeout"], time.ParseDuration, request.DefaultTimeout),
	}
}

// parse parses a value that the schema has checked. An empty one is unset.
func parse[V any](value string, as func(string) (V, error), unset V) V {
	if value == "" {
		return unset
	}
	parsed, _ := as(value)
	return parsed
}
