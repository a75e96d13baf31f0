package taurusdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// ShowGaussMySQLBackupPolicyRequest selects the backup policy of an instance.
type ShowGaussMySQLBackupPolicyRequest struct {
	InstanceID string
	Region     string
	ProjectID  string // "": the region's project
}

// ShowGaussMySQLBackupPolicy reads the policy of automated backups of an instance.
func (c *Client) ShowGaussMySQLBackupPolicy(ctx context.Context, r ShowGaussMySQLBackupPolicyRequest) (*BackupPolicy, error) {
	var policy *BackupPolicy
	err := cloud.Do(ctx, &c.Cloud.Client, cloud.Operation{
		Name:       "ShowGaussMySqlBackupPolicy",
		Permission: "gaussdbformysql:backup:listPolicy (gaussdb:backup:list in a role or policy)",
		Subject:    "the backup policy of instance " + r.InstanceID + " in " + r.Region,
		Region:     r.Region, ProjectID: r.ProjectID,
		Path: []string{"instances", r.InstanceID, "backups", "policy"},
	}, func(r *backupPolicy) error {
		if policy = r.BackupPolicy; policy == nil {
			return errors.New("the response contains no backup policy")
		}
		return nil
	})
	return policy, err
}

type backupPolicy struct {
	huaweicloud.Envelope
	BackupPolicy *BackupPolicy `json:"backup_policy"`
}

// BackupPolicy is the policy of automated backups.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowGaussMySqlBackupPolicy.html
type BackupPolicy struct {
	KeepDays                 keepDays       `json:"keep_days"`
	StartTime                apijson.String `json:"start_time"`
	Period                   apijson.String `json:"period"`
	RetentionNumBackupLevel1 apijson.Int64  `json:"retention_num_backup_level1"`
}

// keepDays is a number of days. The API page's sample has "7,".
type keepDays struct{ apijson.Int64 }

// UnmarshalJSONFrom reads a number, or a string that begins with one.
func (k *keepDays) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var digits apijson.String
	if err := digits.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	*k = keepDays{}
	if trimmed := strings.Trim(digits.Value, " ,"); trimmed != "" {
		days, err := strconv.ParseInt(trimmed, 10, 64)
		if err != nil {
			return fmt.Errorf("%q instead of a number of days", digits.Value)
		}
		k.Int64 = apijson.NewInt64(days)
	}
	return nil
}

// weekdays are the days of the week. In the API, 1 is Monday.
var weekdays = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// Days are the days of the week in the policy's period, from Monday on; absent if there
// is no period, or if it is not a list of numbers from 1 to 7.
func (p *BackupPolicy) Days() apijson.Items[apijson.String] {
	var numbers []int
	for number := range strings.SplitSeq(p.Period.Value, ",") {
		if number = strings.TrimSpace(number); number == "" {
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(weekdays) {
			return apijson.Items[apijson.String]{}
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	days := apijson.Items[apijson.String]{Present: p.Period.Valid}
	for _, n := range slices.Compact(numbers) {
		days.List = append(days.List, apijson.NewString(weekdays[n-1]))
	}
	return days
}
