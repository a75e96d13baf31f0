package mockcloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fixture is what a server can be seeded with, and the format of a fixture
// file: see the package documentation.
type Fixture struct {
	Accounts []Account `json:"accounts,omitempty"`
	// Plans are backup plans by region.
	Plans map[string][]Item `json:"plans,omitempty"`
	// FullBackups are full backups by the id of their plan.
	FullBackups map[string][]Item `json:"full_backups,omitempty"`
	Projects    []Project         `json:"projects,omitempty"`
	Instances   []Instance        `json:"instances,omitempty"`
}

// Instance is a TaurusDB instance with its backups.
type Instance struct {
	ID string `json:"id"`
	// ProjectID is the project it belongs to; "" is every project.
	ProjectID string `json:"project_id,omitempty"`
	Backups   []Item `json:"backups"`
}

// Seed adds what a fixture has. A list that the server has already is
// replaced.
func (s *Server) Seed(f Fixture) {
	for _, account := range f.Accounts {
		s.SetAccount(account)
	}
	for region, items := range f.Plans {
		s.Plans(region).Set(items...)
	}
	for planID, items := range f.FullBackups {
		s.FullBackups(planID).Set(items...)
	}
	for _, project := range f.Projects {
		s.AddProject(project)
	}
	for _, instance := range f.Instances {
		s.AddInstance(instance.ProjectID, instance.ID, instance.Backups...)
	}
}

// ParseFixture reads a fixture file, and turns its relative times into the
// clouds' own forms. What it doesn't know is an error: a name that is spelled
// wrong would be a backup that is missing.
func ParseFixture(text []byte, now time.Time) (Fixture, error) {
	var f Fixture
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return Fixture{}, fmt.Errorf("the fixture is not as documented: %w", err)
	}
	if decoder.More() {
		return Fixture{}, errors.New("the fixture has something after its end")
	}
	for region, items := range f.Plans {
		if err := resolve(items, planKind, now); err != nil {
			return Fixture{}, fmt.Errorf("plans of %s: %w", region, err)
		}
	}
	for planID, items := range f.FullBackups {
		if err := resolve(items, fullBackupKind, now); err != nil {
			return Fixture{}, fmt.Errorf("full backups of %s: %w", planID, err)
		}
	}
	for _, instance := range f.Instances {
		if err := resolve(instance.Backups, backupKind, now); err != nil {
			return Fixture{}, fmt.Errorf("backups of %s: %w", instance.ID, err)
		}
	}
	return f, nil
}

// timeMembers are the members of all items that hold a point in time.
var timeMembers = []string{
	"BackupPlanCreateTime", "BeginTimestampForRestore", "EndTimestampForRestore", "InstanceExpiredTimestamp",
	"BackupSetExpiredTime", "CreateTime", "StartTime", "EndTime", "FinishTime",
	"created", "updated",
}

// resolve turns the relative times of items into the clouds' forms, in place.
func resolve(items []Item, k *kind, now time.Time) error {
	seen := make(map[string]bool)
	for n, item := range items {
		id := item.Text(k.id)
		if id == "" {
			return fmt.Errorf("item %d has no %s", n+1, k.id)
		}
		if seen[id] {
			return fmt.Errorf("%s %s is there twice", k.id, id)
		}
		seen[id] = true
		for _, name := range item.Names() {
			if !slices.Contains(timeMembers, name) {
				continue
			}
			offset, relative, err := relativeTime(item.Text(name))
			if err != nil {
				return fmt.Errorf("%s of %s: %w", name, id, err)
			}
			switch {
			case !relative:
			case k == backupKind:
				items[n] = items[n].With(name, inZone(now.Add(offset), item.Text("time_zone")))
			default:
				items[n] = items[n].With(name, milliseconds(now, offset))
			}
		}
	}
	return nil
}

var relativeForm = regexp.MustCompile(`^[+-][0-9.]+[a-zµ]`)

// relativeTime reads "-26h" or "+1d12h": Go's durations with a sign, and days.
func relativeTime(text string) (offset time.Duration, relative bool, err error) {
	if !relativeForm.MatchString(text) {
		return 0, false, nil
	}
	rest := text[1:]
	if days, hours, found := strings.Cut(rest, "d"); found {
		count, err := strconv.Atoi(days)
		if err != nil {
			return 0, true, fmt.Errorf("%q is no relative time, such as -26h or -1d12h", text)
		}
		offset, rest = time.Duration(count)*day, hours
	}
	if rest != "" {
		duration, err := time.ParseDuration(rest)
		if err != nil {
			return 0, true, fmt.Errorf("%q is no relative time, such as -26h or -1d12h", text)
		}
		offset += duration
	}
	if text[0] == '-' {
		offset = -offset
	}
	return offset, true, nil
}
