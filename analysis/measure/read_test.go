package measure

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"

	"github.com/google/go-cmp/cmp"
)

// read reads without any problem.
func read(t testing.TB, paths ...string) []Run {
	t.Helper()
	runs, problems, err := Read(paths, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	return runs
}

// TestPublishedMakespans compares the makespan of every run with what the authors
// report, in hundredths of a second.
func TestPublishedMakespans(t *testing.T) {
	dir := dsltest.Data(t)
	text, err := os.ReadFile(filepath.Join(dir, "measured", "makespans.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	reported := map[string]string{}
	for _, row := range rows[1:] {
		reported[strings.Join(row[:4], ",")] = row[4]
	}
	seen := map[string]bool{}
	for _, folder := range []string{"measured", "raw"} {
		for _, r := range read(t, filepath.Join(dir, folder)) {
			key := fmt.Sprintf("%s,%d,%s,%s", r.Case, r.Sites, r.ID, r.Operation)
			seen[key] = true
			want, err := parseSeconds(reported[key])
			if err != nil {
				t.Errorf("%s: %v", key, err)
			} else if diff := (r.Makespan() - want).Abs(); diff > 5*time.Millisecond+time.Microsecond {
				t.Errorf("%s: %v, reported %v", key, r.Makespan(), want)
			}
			if len(r.Missing) > 0 {
				t.Errorf("%s: missing %v", key, r.Missing)
			}
		}
	}
	if len(seen) != len(reported) || len(seen) < 80 {
		t.Errorf("%d runs, %d reported", len(seen), len(reported))
	}
}

// TestRawAgreesWithTable compares each item of the raw logs with the tables, to
// the microsecond that these have.
func TestRawAgreesWithTable(t *testing.T) {
	dir := dsltest.Data(t)
	tidy := map[string]Run{}
	for _, r := range read(t, filepath.Join(dir, "measured")) {
		tidy[r.String()] = r
	}
	items := 0
	for _, raw := range read(t, filepath.Join(dir, "raw")) {
		other, ok := tidy[raw.String()]
		if !ok || len(raw.Nodes) != len(other.Nodes) {
			t.Errorf("%v: %d nodes, in the table %d", &raw, len(raw.Nodes), len(other.Nodes))
			continue
		}
		for i, n := range raw.Nodes {
			if o := other.Nodes[i]; n.Name != o.Name {
				t.Errorf("%v: node %s is %s in the table", &raw, n.Name, o.Name)
			} else {
				items += sameItems(t, n, o)
			}
		}
	}
	if items < 3000 {
		t.Errorf("only %d items", items)
	}
}

func sameItems(t *testing.T, a, b Node) int {
	find := map[string]Item{}
	for _, it := range b.Items {
		find[it.Kind.String()+it.Name] = it
	}
	for _, it := range a.Items {
		o, ok := find[it.Kind.String()+it.Name]
		if !ok && it.Name != "sleeping" || (it.Start-o.Start).Abs() > time.Microsecond || (it.End-o.End).Abs() > time.Microsecond {
			t.Errorf("%s: %v, in the table %v", a.Path, it, o)
		}
	}
	if len(a.Items) != len(b.Items) {
		t.Errorf("%s: %d items, in the table %d", a.Path, len(a.Items), len(b.Items))
	}
	return len(a.Items)
}

// TestReadTwice: what is in two places counts once, and is told.
func TestReadTwice(t *testing.T) {
	dir := dsltest.Data(t)
	once := read(t, filepath.Join(dir, "measured"))
	runs, problems, err := Read([]string{filepath.Join(dir, "raw"), filepath.Join(dir, "measured")}, Options{})
	if err != nil || len(runs) != len(once) || len(problems) != 16 {
		t.Errorf("%d runs instead of %d, %d problems, %v", len(runs), len(once), len(problems), err)
	}
}

// TestDeterministic: the number of workers does not matter.
func TestDeterministic(t *testing.T) {
	dir := dsltest.Data(t, "raw")
	one, _, _ := Read([]string{dir}, Options{Workers: 1})
	many, _, _ := Read([]string{dir}, Options{Workers: 7})
	if diff := cmp.Diff(one, many); diff != "" {
		t.Error(diff)
	}
}

const wholeLog = `behavior_deploy-a0:
  end: 3.25
  start: 0.5
event_deploy:
  end: 3.5
  start: 0.25
event_uptime:
  end: 3.5
  start: 0.125
instruction_push_b_0-a0-deploy:
  end: 0.5
  start: 4.291534423828125e-06
instruction_wait_1-b-c_True:
  end: 3.5
  start: 0.5
transition_t:
  end: 2
  start: 1
transition_t-#2:
  end: 3
  start: 2
`

// write makes files: a path, then its content.
func write(t testing.TB, dir string, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFolderOfLogs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a0_2023-07-27_11-22-50-770.4473569393158.yaml", wholeLog, "inventory.yaml", "hosts:\n  a: 1\n", "other.csv", "x,y\n1,2\n")
	runs := read(t, dir)
	ms := time.Millisecond
	want := []Run{{ID: dir, Operation: "deploy", Path: dir, Nodes: []Node{{
		Name: "a0", Start: 250 * ms, End: 3500 * ms, Path: filepath.Join(dir, "a0_2023-07-27_11-22-50-770.4473569393158.yaml"),
		Items: []Item{
			{Kind: Transition, Name: "t", Element: "t", Occurrence: 1, Start: 1000 * ms, End: 2000 * ms},
			{Kind: Transition, Name: "t-#2", Element: "t", Occurrence: 2, Start: 2000 * ms, End: 3000 * ms},
			{Kind: Behaviour, Name: "deploy-a0", Component: "a0", Element: "deploy", Occurrence: 1, Start: 500 * ms, End: 3250 * ms},
			{Kind: Instruction, Name: "push_b_0-a0-deploy", Component: "a0", Element: "deploy", Op: "push_b", Occurrence: 1, Start: 4292, End: 500 * ms},
			{Kind: Instruction, Name: "wait_1-b-c_True", Component: "b", Element: "c", Op: "wait", Position: 1, Holding: true, Occurrence: 1, Start: 500 * ms, End: 3500 * ms},
			{Kind: Event, Name: "uptime", Element: "uptime", Occurrence: 1, Start: 125 * ms, End: 3500 * ms},
			{Kind: Event, Name: "deploy", Element: "deploy", Occurrence: 1, Start: 250 * ms, End: 3500 * ms},
		}}}}}
	if diff := cmp.Diff(want, runs); diff != "" {
		t.Error(diff)
	}
	if m := runs[0].Makespan(); m != 3250*ms {
		t.Error(m)
	}
}

const metadata = `expe_parameters:
  transitions_times_file_name: trans_times_str_shop.json
  nb_scaling_sites: 2
expe_details:
  details:
    deploy:
      a0: {finished_reconfiguration: true}
      b0: {finished_reconfiguration: true}
      c0: {finished_reconfiguration: false}
      d0: {finished_reconfiguration: true}
    update:
      a0: {finished_reconfiguration: true}
`

// TestBrokenFiles: what is broken is reported and skipped; the rest goes on.
func TestBrokenFiles(t *testing.T) {
	dir := t.TempDir()
	long := "ballet-shop-concerto_d_synchronous_gros_T1_x.jsonnb_scaling_sites-2-2023-07-27_11-22-34"
	logs := long + "/logs_files_assemblies/deploy/"
	date := "_2023-07-27_11-22-50-770.44.yaml"
	write(t, dir,
		long+"/execution_metadata.yaml", metadata,
		logs+"a0"+date, wholeLog,
		logs+".ipynb_checkpoints/a0"+date, wholeLog,
		logs+"c0"+date, wholeLog,
		logs+"d0"+date, wholeLog[:len(wholeLog)-1],
		logs+"e0"+date, "",
		logs+"f0"+date, strings.Replace(wholeLog, "end: 3\n", "end: 3,5\n", 1),
		logs+"g0"+date, strings.Replace(wholeLog, "start: 0.125", "start: 4", 1),
		logs+"h0"+date, wholeLog[:strings.Index(wholeLog, "event_deploy")],
		logs+"i0"+date, wholeLog+"transition_t:\n  end: 2\n  start: 1\n",
		logs+"j0"+date, "what: {\n",
		logs+"k0"+date, wholeLog+"transition_u:\n  end: 2\n",
		logs+"l0"+date, wholeLog+"hello: 1\n",
		logs+"m0"+date, wholeLog+"---\n"+wholeLog,
	)
	runs, problems, err := Read([]string{dir}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, strings.TrimPrefix(filepath.Base(p.Path), long)+fmt.Sprintf(":%d: %s", p.Line, p.Reason))
	}
	want := []string{
		"d0" + date + ":0: its last line does not end: it is read as whole, but if the file is cut off there its last number is wrong",
		"e0" + date + ":0: the file is empty",
		"f0" + date + `:20: t-#2: "3,5" is not a number of seconds: not a number`,
		"g0" + date + ":8: uptime ends before it starts",
		"h0" + date + ":0: the log has no event_deploy: the program did not end, or the file is cut off",
		"i0" + date + ":22: transition_t is there twice",
		"j0" + date + ":1: this is not YAML that can be read: did not find expected node content",
		"k0" + date + ":23: u must have a start and an end, and nothing else",
		"l0" + date + `:22: "hello" is not an item of a log: it must begin with transition_, behavior_, instruction_ or event_`,
		"m0" + date + ":0: the file holds several documents",
		":0: deploy: there is no log of node b0, which took part",
		":0: deploy: node c0 did not finish, says execution_metadata.yaml",
		":0: there are no logs of update, which took place",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(runs) != 1 || runs[0].Case != "shop" || runs[0].Sites != 2 || runs[0].ID != "2023-07-27_11-22-34" || len(runs[0].Nodes) != 2 {
		t.Fatalf("%+v", runs)
	}
	if want := []string{"b0", "c0", "e0", "f0", "g0", "h0", "i0", "j0", "k0", "l0", "m0"}; !slices.Equal(runs[0].Missing, want) {
		t.Error(runs[0].Missing)
	}
}

// TestCutOffAtAnItem: a log that ends after an item, too early, is told by the
// results of the run.
func TestCutOffAtAnItem(t *testing.T) {
	dir := t.TempDir()
	results := "details_assemblies_results:\n  a0:\n    deploy:\n      total_transition_t_duration: 1\n      total_event_sleeping_duration: 0\n  b0:\n    deploy: {}\n"
	write(t, dir, "r/results_x.yaml", results,
		"r/logs_files_assemblies/deploy/a0.yaml", wholeLog[:strings.Index(wholeLog, "transition_t:")],
		"r/logs_files_assemblies/deploy/b0.yaml", wholeLog)
	runs, problems, err := Read([]string{dir}, Options{})
	if err != nil || len(runs) != 1 || len(runs[0].Nodes) != 1 || !slices.Equal(runs[0].Missing, []string{"a0"}) || len(problems) != 1 ||
		problems[0].Reason != "the file is cut off: it lacks transition_t, which the results of the run have" {
		t.Error(runs, problems, err)
	}
}

const tidy = `case,sites,run,operation,node,kind,name,start_s,end_s
shop,1,r1,deploy,a0,event,deploy,0,2
shop,1,r1,deploy,a0,transition,t,0.5,1
shop,1,r2,deploy,a0,event,deploy,0,3
shop,1,r2,deploy,a0,transition,t,0.5,x
shop,1,r3,deploy,a0,event,deploy,0,4
shop,1,r4,deploy,a0,event,deploy,0,5
`

func TestBrokenTables(t *testing.T) {
	zipped := func(text string, cut int) string {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		for line := range strings.Lines(text) {
			fmt.Fprint(z, line)
			z.Flush()
		}
		z.Close()
		return out.String()[:out.Len()-cut]
	}
	for _, c := range []struct{ name, file, text, problem, runs string }{
		{"whole", "a.csv", strings.Replace(tidy, ",x\n", ",1\n", 1), "", "r1 r2 r3 r4"},
		{"number", "a.csv", tidy, `a.csv:5: "x" is not a number of seconds: not a number: this run is left out`, "r1 r3 r4"},
		{"zipped", "a.csv.gz", zipped(tidy, 0), `a.csv.gz:5: "x" is not a number of seconds: not a number: this run is left out`, "r1 r3 r4"},
		{"cut", "a.csv.gz", zipped(strings.Replace(tidy, ",x\n", ",1\n", 1), 20), "a.csv.gz: the file is cut off: what follows, and the run before it (r3), is left out", "r1 r2"},
		{"fields", "a.csv", strings.Replace(tidy, "0.5,x", "0.5", 1), "a.csv:5: the row does not have as many fields as the first one: this run is left out", "r1 r3 r4"},
		{"no end", "a.csv", strings.TrimSuffix(strings.Replace(tidy, ",x\n", ",1\n", 1), "\n"), "a.csv: its last line does not end: it is read as whole, but if the file is cut off there its last number is wrong", "r1 r2 r3 r4"},
		{"cut in a row", "a.csv", strings.TrimSuffix(strings.Replace(tidy, ",x\n", ",1\n", 1), ",0,5\n"), "a.csv:7: the row does not have as many fields as the first one: this run is left out", "r1 r2"},
		{"marked", "a.csv", "\uFEFF" + strings.Replace(tidy, ",x\n", ",1\n", 1), "", "r1 r2 r3 r4"},
		{"marked and zipped", "a.csv.gz", zipped("\uFEFF"+strings.Replace(tidy, ",x\n", ",1\n", 1), 0), "", "r1 r2 r3 r4"},
		{"quote", "a.csv", strings.Replace(tidy, ",x\n", ",1\n", 1) + "\"\n", `a.csv:8: extraneous or missing " in quoted-field: what follows, and the run before it (r4), is left out`, "r1 r2 r3"},
		{"not zipped", "a.csv.gz", tidy, "a.csv.gz: it cannot be unzipped: gzip: invalid header", ""},
		{"empty", "a.csv", "", "a.csv: the file is empty", ""},
		{"no program", "a.csv", tidy[:strings.Index(tidy, "shop")] + "shop,1,r1,deploy,a0,transition,t,0.5,1\n", "a.csv: run r1, node a0: the log has no event_deploy: the program did not end, or the file is cut off", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.file, c.text)
			runs, problems, err := Read([]string{dir}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, r := range runs {
				ids = append(ids, r.ID)
			}
			if got := strings.Join(ids, " "); got != c.runs {
				t.Errorf("runs %s", got)
			}
			if c.problem == "" && len(problems) > 0 || c.problem != "" && (len(problems) != 1 || strings.TrimPrefix(problems[0].String(), dir+"/") != c.problem) {
				t.Errorf("%v", problems)
			}
		})
	}
}

func TestNamedFiles(t *testing.T) {
	if _, _, err := Read([]string{filepath.Join(t.TempDir(), "nothing")}, Options{}); err == nil {
		t.Error("a path that is not there is no error")
	}
	dir := t.TempDir()
	write(t, dir, "a.csv", "x,y\n1,2\n", "b.yaml", "x: 1\n", "c.txt", "hello\n")
	runs, problems, err := Read([]string{filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.yaml"), filepath.Join(dir, "c.txt")}, Options{})
	if err != nil || len(runs) != 0 || len(problems) != 3 {
		t.Error(runs, problems, err)
	}
}
