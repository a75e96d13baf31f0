package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// plainID is what an id may consist of; it becomes part of a path and a header.
var plainID = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

// ProjectID is the project to read in: override, which is the data source's,
// else the one that belongs to the region.
//
// A project lives in one region. So what the block, the environment or the
// profile says of a project holds for the provider's own region only; in another
// region it is the project that IAM lists under the region's name. Where the
// provider has no region of its own, it holds for every region.
func (c *Client) ProjectID(ctx context.Context, region, override string) (string, error) {
	if override != "" {
		return checkProjectID(setting.NewValue(override, "project_id"))
	}
	id, name, err := c.ownProject(region)
	switch {
	case err != nil:
		return "", err
	case id.Found():
		return checkProjectID(id)
	case name == "":
		name = region
	}
	remembered := func(string) bool { return true }
	return c.projects.get(ctx, region+"\n"+name, remembered, func(ctx context.Context) (string, error) {
		return c.lookUpProject(ctx, region, name)
	})
}

// ownProject is the id or the name of the project that is set for the region,
// if any. The block's name wins over the environment's id.
func (c *Client) ownProject(region string) (id setting.Value, name string, err error) {
	own := regionSource.Find(c.settings.Region, c.getenv).Text
	if own != "" && own != region {
		return setting.Value{}, "", nil
	}
	login, err := c.login()
	switch {
	case err != nil:
		return setting.Value{}, "", err
	case own == "" && login.region != "" && login.region != region:
		return setting.Value{}, "", nil
	case c.settings.ProjectID != "":
		return projectIDSource.In(c.settings.ProjectID), "", nil
	case c.settings.ProjectName != "":
		return setting.Value{}, c.settings.ProjectName, nil
	}
	if id := projectIDSource.From(c.getenv); id.Found() {
		return id, "", nil
	}
	if name := projectNameSource.From(c.getenv); name.Found() {
		return setting.Value{}, name.Text, nil
	}
	return setting.NewValue(login.projectID, login.name), "", nil
}

func checkProjectID(id setting.Value) (string, error) {
	if !plainID.MatchString(id.Text) {
		return "", fmt.Errorf("%s: %q is not a project id: it consists of letters and digits", id.Origin, id.Text)
	}
	return id.Text, nil
}

// A project is one that IAM lists.
type project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// lookUpProject asks IAM for the project of a name
// (https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html).
func (c *Client) lookUpProject(ctx context.Context, region, name string) (string, error) {
	endpoint, err := c.iamEndpoint(region)
	if err != nil {
		return "", err
	}
	credentials, err := c.credentials(ctx, region)
	if err != nil {
		return "", err
	}
	var answer struct {
		Projects *[]project `json:"projects"`
	}
	err = c.send(ctx, call{
		name:        "KeystoneListProjects",
		subject:     fmt.Sprintf("the id of project %q", name),
		method:      http.MethodGet,
		endpoint:    endpoint,
		path:        "/v3/projects",
		query:       url.Values{"name": {name}},
		credentials: credentials,
		advise:      adviseOnProjects,
	}, func(body []byte) error {
		if err := json.Unmarshal(body, &answer); err != nil {
			return fmt.Errorf("the answer is not a list of projects: %w", err)
		}
		if answer.Projects == nil {
			return errors.New("the answer has no list of projects")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return chooseProject(*answer.Projects, region, name)
}

// chooseProject takes the one project that has the name.
func chooseProject(listed []project, region, name string) (string, error) {
	matching := slices.DeleteFunc(slices.Clone(listed), func(p project) bool {
		return p.ID == "" || p.Name != "" && p.Name != name
	})
	if len(matching) == 1 {
		return checkProjectID(setting.NewValue(matching[0].ID, "IAM's answer"))
	}
	const remedy = "Set project_id on the data source, or one of %s"
	if len(matching) == 0 {
		return "", fmt.Errorf("IAM lists no project named %q (region %s) for these credentials%s. "+
			"Check the region, and that the account has been used there. "+remedy,
			name, region, others(listed), projectIDSource)
	}
	return "", fmt.Errorf("IAM lists %d projects named %q (region %s): %s. Choose one. "+remedy,
		len(matching), name, region, ids(matching), projectIDSource)
}

func others(listed []project) string {
	if len(listed) == 0 {
		return ""
	}
	return ", but these: " + ids(listed)
}

func ids(projects []project) string {
	texts := make([]string, len(projects))
	for i, p := range projects {
		texts[i] = fmt.Sprintf("%s (%s)", p.ID, p.Name)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}
