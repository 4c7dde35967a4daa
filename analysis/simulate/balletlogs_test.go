package simulate

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"adagio/dsl/conformance"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"

	"gopkg.in/yaml.v3"
)

func TestWriteBallet(t *testing.T) {
	s := bothOff(ballet, "conf").
		on("n1", "connect p.svc u.svc; push p deploy; wait p; pause 30; push p stop; push p deploy; wait p").
		on("n2", "connect p.svc u.svc; push u deploy; wait p holding; wait u; wait all")
	tr, err := Run(s.Scenario, Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := WriteBallet(dir, Operation{"deploy", s.Scenario, tr}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "logs_files_assemblies", "deploy", "n1.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := `behavior_deploy-p:
    end: 0.2
    start: 0
behavior_deploy-p-#2:
    end: 0.43
    start: 0.33
behavior_stop-p:
    end: 0.33
    start: 0.23
event_deploy:
    end: 0.43
    start: 0
event_uptime:
    end: 0.43
    start: 0
instruction_conn_0-p-svc-u-svc:
    end: 0
    start: 0
instruction_push_b_1-p-deploy:
    end: 0
    start: 0
instruction_push_b_3-p-stop:
    end: 0.23
    start: 0.23
instruction_push_b_4-p-deploy:
    end: 0.23
    start: 0.23
instruction_wait_2-p:
    end: 0.2
    start: 0
instruction_wait_5-p:
    end: 0.43
    start: 0.23
transition_stop:
    end: 0.33
    start: 0.23
transition_t1:
    end: 0.1
    start: 0
transition_t2:
    end: 0.2
    start: 0.1
transition_t2-#2:
    end: 0.43
    start: 0.33
`
	if string(text) != want {
		t.Errorf("got\n%s", text)
	}
	text, err = os.ReadFile(filepath.Join(dir, "results_adagio.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"max_deploy_time: 0.44", "global_finished_reconf: true", "total_instruction_wait_2-p_True_duration: 0.21"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// TestWriteBalletAsMeasured compares the keys that a simulated run writes with
// those of the real one.
func TestWriteBalletAsMeasured(t *testing.T) {
	dir := dsltest.Data(t)
	f := conformance.Published(t, "openstack-1-sites", "openstack")
	out := t.TempDir()
	var state model.State
	for k, phase := range f.Phases {
		s := published(f.Begin(k, state))
		tr, err := Run(s, Options{State: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteBallet(out, Operation{phase.Name, s, tr}); err != nil {
			t.Fatal(err)
		}
		for _, node := range s.Nodes {
			files, _ := filepath.Glob(filepath.Join(dir, "raw/openstack-1-sites/run1/logs_files_assemblies", phase.Name, node.Name+"_*.yaml"))
			if len(files) != 1 {
				t.Skip("no raw logs")
			}
			want := slices.DeleteFunc(keys(t, files[0]), func(key string) bool {
				return strings.HasPrefix(key, "instruction_waitall") || slices.Contains([]string{
					"event_uptime_wait_all", "event_loading_state", "event_saving_state", "event_sleeping",
				}, key)
			})
			got := keys(t, filepath.Join(out, "logs_files_assemblies", phase.Name, node.Name+".yaml"))
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s:\n got %v\nwant %v", node.Name, phase.Name, got, want)
			}
		}
		state = tr.State
	}
}

func keys(t *testing.T, file string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := yaml.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(log))
}
