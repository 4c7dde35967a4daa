package measure

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// about is what the files around the logs tell of a run.
type about struct {
	name  string
	sites int
	id    string
	// nodes tells, by operation, which nodes took part, and whether each finished.
	nodes map[string]map[string]bool
	// items tells, by operation and node, what was logged but for events.
	items map[string]map[string]map[string]bool
}

var (
	longName  = regexp.MustCompile(`ballet-([A-Za-z0-9]+)-.*nb_scaling_sites-(\d+)-(\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2})`)
	shortName = regexp.MustCompile(`^([A-Za-z0-9_]+)-(\d+)-sites?$`)
	timesName = regexp.MustCompile(`^trans_times_(?:str_)?([A-Za-z0-9]+)\.json$`)
	logDate   = regexp.MustCompile(`_\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-[\d.e+-]+$`)
)

// nodeName is the node that a log is of, by the file's name: what stands before
// its date.
func nodeName(path string) string {
	name := filepath.Base(path)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	return logDate.ReplaceAllString(name, "")
}

// fromName takes what the name of a results file or of a folder tells and is not
// yet known. The run's own names tell its date; those of folders around it may be
// a campaign's.
func (a *about) fromName(name string, own bool) {
	if m := longName.FindStringSubmatch(name); m != nil {
		a.fill(m[1], m[2])
		if own && a.id == "" {
			a.id = m[3]
		}
	} else if m := shortName.FindStringSubmatch(name); m != nil {
		a.fill(m[1], m[2])
	}
}

func (a *about) fill(name, sites string) {
	if a.name == "" {
		a.name = name
	}
	if n, err := strconv.Atoi(sites); err == nil && a.sites == 0 {
		a.sites = n
	}
}

// fromMetadata takes what execution_metadata.yaml tells.
func (a *about) fromMetadata(text []byte) error {
	var m struct {
		Parameters struct {
			Times string `yaml:"transitions_times_file_name"`
			Sites int    `yaml:"nb_scaling_sites"`
		} `yaml:"expe_parameters"`
		Details struct {
			Details map[string]map[string]struct {
				Finished *bool `yaml:"finished_reconfiguration"`
			} `yaml:"details"`
		} `yaml:"expe_details"`
	}
	if err := yaml.Unmarshal(text, &m); err != nil {
		return err
	}
	if a.sites == 0 {
		a.sites = max(m.Parameters.Sites, 0)
	}
	if t := timesName.FindStringSubmatch(m.Parameters.Times); t != nil && a.name == "" {
		a.name = t[1]
	}
	a.nodes = map[string]map[string]bool{}
	for operation, nodes := range m.Details.Details {
		a.nodes[operation] = map[string]bool{}
		for node, x := range nodes {
			a.nodes[operation][node] = x.Finished == nil || *x.Finished
		}
	}
	return nil
}

// parseResults reads of a results file which items each node logged, by operation
// and node. A log that lacks one is cut off.
func parseResults(text []byte) (map[string]map[string]map[string]bool, error) {
	var r struct {
		Nodes map[string]map[string]map[string]yaml.Node `yaml:"details_assemblies_results"`
	}
	if err := yaml.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	items := map[string]map[string]map[string]bool{}
	for node, operations := range r.Nodes {
		for operation, durations := range operations {
			keys := map[string]bool{}
			for key := range durations {
				key, total := strings.CutPrefix(key, "total_")
				key, duration := strings.CutSuffix(key, "_duration")
				if kind, _, ok := kindOf(key); ok && total && duration && kind != Event {
					keys[key] = true
				}
			}
			if items[operation] == nil {
				items[operation] = map[string]map[string]bool{}
			}
			items[operation][node] = keys
		}
	}
	return items, nil
}

// lacks is the first item, by name, that a node logged and its log does not have;
// "" if there is none.
func (a *about) lacks(operation string, n *Node) string {
	expected := a.items[operation][n.Name]
	if len(expected) == 0 {
		return ""
	}
	there := make(map[string]bool, len(n.Items))
	for _, it := range n.Items {
		there[it.Kind.String()+"_"+it.Name] = true
	}
	for _, key := range slices.Sorted(maps.Keys(expected)) {
		if !there[key] {
			return key
		}
	}
	return ""
}
