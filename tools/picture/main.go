// Command picture makes docs/images/report.png: it applies examples/report against
// the mock server and captures the page with headless Chromium, which must be on
// the PATH. Ages are the same in each run; dates and times of day are not.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, "docs/images/report.png")
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, picture string) error {
	browser := os.Getenv("CHROMIUM_PATH")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		return errors.New("no Chromium found: put chromium on the PATH or set CHROMIUM_PATH")
	}
	folder, err := os.MkdirTemp("", "picture-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	page, err := render(ctx, folder)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(picture), 0o750); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--blink-settings=preferredColorScheme=1", "--user-data-dir="+filepath.Join(folder, "profile"),
		"--window-size=1280,1120", "--screenshot="+picture, "file://"+page)
	command.Env = append(os.Environ(), "TZ=Asia/Shanghai") // So that local times are shown.
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", browser, err, output)
	}
	return nil
}

// render applies the example and returns the file with the page.
func render(ctx context.Context, folder string) (string, error) {
	program, err := tfcli.Find(ctx)
	if err != nil {
		return "", err
	}
	provider, err := tfcli.BuildProvider(ctx)
	if err != nil {
		return "", err
	}
	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(time.Now()))
	if _, err := server.Start(""); err != nil { //nolint:contextcheck // It serves until Close.
		return "", err
	}
	defer func() { _ = server.Close() }()
	// A month of backups before those of the demo.
	for _, id := range server.Plans(mockcloud.DemoAlibabaRegion).IDs() {
		list := server.FullBackups(id)
		if items := list.Items(); len(items) > 0 {
			start, err := strconv.ParseInt(items[len(items)-1].Get("StartTime"), 10, 64)
			if err != nil {
				return "", err
			}
			list.Add(mockcloud.FullBackups(id, 31, time.UnixMilli(start))[1:]...)
		}
	}
	workspace, err := program.NewWorkspace(folder, map[string]string{"cloudbackup": provider}, append(server.DemoEnvironment(),
		// Some of each group fit into the picture.
		`TF_VAR_requirements={for name in ["archive-sqlserver","new-mysql","reports-postgresql","reporting-copy","staging-mysql"]:name=>{ignored=true}}`,
		fmt.Sprintf(`TF_VAR_dbs_regions=[%q]`, mockcloud.DemoAlibabaRegion),
		fmt.Sprintf(`TF_VAR_taurusdb_regions=[%q]`, mockcloud.DemoHuaweiRegion))...)
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(workspace.Dir, os.DirFS("examples")); err != nil {
		return "", err
	}
	workspace.Dir = filepath.Join(workspace.Dir, "report")
	for _, arguments := range [][]string{{"get"}, {"apply", "-auto-approve"}} {
		if _, err := workspace.Output(ctx, arguments...); err != nil {
			return "", err
		}
	}
	html, err := workspace.Output(ctx, "output", "-raw", "report")
	if err != nil {
		return "", err
	}
	page := filepath.Join(folder, "report.html")
	return page, os.WriteFile(page, []byte(html), 0o600)
}
