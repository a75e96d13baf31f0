package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

var projectAdvice = []request.Advice{
	{Codes: []string{"APIGW.0302"}, Status: http.StatusForbidden,
		Text: "Check that the user has the permission iam:projects:listProjects; or set project_id, so that no project is looked up." + inUse + request.See("permissions")},
	{Status: http.StatusNotFound, Text: "Check iam_endpoint and region; or set project_id, so that no project is looked up. " + request.See("permissions")},
}

// ProjectID is the project to read in: override, which is the data source's,
// else the one that belongs to the region.
//
// A project is in one region. So a project in the provider configuration, the
// environment or the profile is that of the provider's own region; in another
// region it is the project that IAM lists under the region's name. If the
// provider has no region of its own, it is that of every region.
func (c *Client) ProjectID(ctx context.Context, region, override string) (string, error) {
	c.firstRegion.CompareAndSwap(nil, &region)
	if override != "" {
		return setting.NewValue(override, "project_id").ProjectID()
	}
	id, name, err := c.ownProject(ctx, region)
	switch {
	case err != nil:
		return "", err
	case id.IsSet():
		return id.ProjectID()
	case name == "":
		name = region
	}
	return c.projects.Do(ctx, region+"\n"+name, func(ctx context.Context) (string, error) {
		return c.lookUpProject(ctx, region, name)
	})
}

// ownProject is the ID or the name of the project that is set for the region, if any. A
// name in the provider configuration wins over an ID in the environment.
func (c *Client) ownProject(ctx context.Context, region string) (id setting.Value, name string, err error) {
	own := c.Lookup.Find(regionOption).String
	if own != "" && own != region {
		return setting.Value{}, "", nil
	}
	selected, err := c.Select(ctx)
	if err != nil {
		return setting.Value{}, "", err
	}
	if profile := selected.Region; own == "" && profile.IsSet() && profile.String != region {
		return setting.Value{}, "", nil
	}
	for _, find := range []func(setting.Option) setting.Value{c.Lookup.Configured, c.Lookup.Environment} {
		if id := find(projectIDOption); id.IsSet() {
			return id, "", nil
		}
		if name := find(projectNameOption); name.IsSet() {
			return setting.Value{}, name.String, nil
		}
	}
	return selected.ProjectID, "", nil
}

// lookUpProject returns the ID of the project that IAM lists under a name
// (https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html).
func (c *Client) lookUpProject(ctx context.Context, region, name string) (string, error) {
	endpoint, err := c.iamEndpoint(ctx, region)
	if err != nil {
		return "", err
	}
	selected, err := c.Select(ctx)
	if err != nil {
		return "", err
	}
	rest := rest{method: http.MethodGet, endpoint: endpoint, path: []string{"v3", "projects"}, query: url.Values{"name": {name}}}
	call := request.Call{
		Operation: "KeystoneListProjects", Subject: fmt.Sprintf("the ID of project %q (%s)", name, region), TokenService: true, MaxBody: 1 << 20,
		NewRequest: rest.newRequest, Credentials: selected.Cache, Sign: rest.sign,
	}
	var listed []project
	err = cloud.Send(ctx, &c.Client, call, cloud.Advise([]string{"{credentials}", selected.Name}, projectAdvice, keyAdvice), func(r *projects) error {
		if listed = r.Projects; listed == nil {
			return errors.New("the response has no list of projects")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return chooseProject(listed, region, name)
}

type projects struct {
	Envelope
	Projects []project `json:"projects"`
}

// A project is one that IAM lists.
type project struct {
	ID   apijson.String `json:"id"`
	Name apijson.String `json:"name"`
}

// chooseProject returns the ID of the one project that has the name.
func chooseProject(listed []project, region, name string) (string, error) {
	matching := slices.DeleteFunc(slices.Clone(listed), func(p project) bool {
		return p.ID.Value == "" || p.Name.Value != "" && p.Name.Value != name
	})
	const advice = "set project_id on the data source, or one of %s"
	switch len(matching) {
	case 1:
		return setting.NewValue(matching[0].ID.Value, "IAM's response").ProjectID()
	case 0:
		others := ""
		if len(listed) > 0 {
			others = ", but these: " + describe(listed)
		}
		return "", fmt.Errorf("IAM lists no project named %q (%s) for these credentials%s. "+
			"Check the region, and that the account has used it; or "+advice, name, region, others, projectIDOption)
	}
	return "", fmt.Errorf("IAM lists %d projects named %q (%s): %s. Choose one: "+advice,
		len(matching), name, region, describe(matching), projectIDOption)
}

func describe(projects []project) string {
	items := make([]string, len(projects))
	for i, p := range projects {
		items[i] = fmt.Sprintf("%s (%s)", p.ID.Value, p.Name.Value)
	}
	slices.Sort(items)
	return redact.List(items, 20)
}
