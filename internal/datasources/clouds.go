package datasources

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

// Clouds is what the provider's configuration hands to the data sources.
type Clouds struct {
	DBS      *dbs.Client
	TaurusDB *taurusdb.Client
	// Unknown names the attributes of the provider's configuration whose values
	// aren't known yet.
	Unknown []string
}

// cloud is the name of a cloud's attribute in the provider's configuration.
type cloud string

const (
	alibabaCloud cloud = "alibabacloud"
	huaweiCloud  cloud = "huaweicloud"
)

// known is an error where the read would need a value that isn't known: to go on
// without it could list another account.
func (c *Clouds) known(cloud cloud) error {
	if c == nil {
		return fmt.Errorf("the provider is not configured yet, so that nothing can be read")
	}
	unknown := slices.DeleteFunc(slices.Clone(c.Unknown), func(name string) bool {
		root, _, nested := strings.Cut(name, ".")
		return (nested || root == string(alibabaCloud) || root == string(huaweiCloud)) && root != string(cloud)
	})
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("the provider's configuration has values that are not known while planning: %s. Give them values that are known, or apply what they depend on first (with -target)", strings.Join(unknown, ", "))
}
