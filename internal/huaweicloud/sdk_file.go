package huaweicloud

import (
	"errors"
	"fmt"
	"os"

	"gopkg.in/ini.v1"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// sdkFileLogin reads the SDK's credentials file: INI, section basic.
func (c *Client) sdkFileLogin(file setting.Value) (*login, error) {
	content, err := os.ReadFile(setting.ExpandHome(c.getenv, file.Text))
	if err != nil {
		return nil, fmt.Errorf("%s: unable to read the file: %w", file.Origin, err)
	}
	// The library's error repeats the line that it can't read.
	parsed, err := ini.Load(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %s is not a valid INI file", file.Origin, file.Text)
	}
	if !parsed.HasSection("basic") {
		return nil, fmt.Errorf("%s: %s has no section [basic]", file.Origin, file.Text)
	}
	section := parsed.Section("basic")
	key := func(name string) setting.Value { return setting.NewValue(section.Key(name).String(), name) }
	found, err := c.static(setting.Keys{Access: key("ak"), Secret: key("sk"), Token: key("security_token")}, setting.Value{})
	if err == nil && found == nil {
		err = errors.New("there is no ak and no sk")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: section [basic] of %s: %w", file.Origin, file.Text, err)
	}
	found.name, found.projectID = "the keys of "+file.Text, key("project_id").Text
	return found, nil
}
