package measure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"
)

// TestForms reads each form of a table, with aliases and columns that mean nothing.
func TestForms(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "dates.csv", "registry,note,run,variant,transition,start_s,end_s\nlocal,first,0,dag,a.t,0.5,2\nlocal,second,0,dag,b.u,2,3.5\nremote,,0,dag,a.t,0.5,9\n",
		"totals.csv", "registry,run,variant,makespan_s\nlocal,0,dag,77\n", // known from the dates
		"measured.csv", "trial,nb_deps,reconfiguration,measured_s\n7,5,deploy,12\n7,5,update,4\n8,5,deploy,11\n,5,deploy,10\n",
		"durations.csv", "trial,nb_deps,component,transition,duration_s\n7,5,a,t,1.5\n7,1,a,t,9\n8,5,a,t,2\n")
	var got []string
	for _, r := range read(t, dir) {
		n := r.Nodes[0]
		got = append(got, fmt.Sprintf("%s: %s %s, %v .. %v, %d items, %v", r.Variant(), r.ID, r.Operation, n.Start, n.End, len(n.Items), r.Lasted))
	}
	want := []string{
		"nb_deps=5: 7 deploy, 0s .. 12s, 1 items, map[[a t]:1.5s]",
		"nb_deps=5: 7 update, 0s .. 4s, 1 items, map[[a t]:1.5s]",
		"nb_deps=5: 8 deploy, 0s .. 11s, 1 items, map[[a t]:2s]",
		"nb_deps=5: line 5 deploy, 0s .. 10s, 1 items, map[]",
		"registry=local: 0 dag, 0s .. 3.5s, 3 items, map[]",
		"registry=remote: 0 dag, 0s .. 9s, 2 items, map[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// TestDetails: a table without programs adds to the runs of another, whatever is read
// first, and tells what it has no run for.
func TestDetails(t *testing.T) {
	const head = "case,sites,T,run,operation,node,round,kind,name,start_s,end_s\n"
	dir := t.TempDir()
	write(t, dir, "a-detail.csv", head+"m,0,T0,r1,p,n,0,action,t,1,2\nm,0,T0,r1,p,n,1,place,enter_x,3,3\nm,0,T0,r1,p,n,1,publish,c.x=1,3,3\nm,0,T1,r1,p,n,1,publish,c.x=1,3,3\n",
		"b.csv", head+"m,0,T0,r1,p,n,0,sleep,sleeping,0,1\nm,0,T0,r1,p,n,0,boot,boot,1,1\nm,0,T0,r1,p,n,0,event,p,1,5\n")
	runs, problems, err := Read([]string{dir}, Options{})
	if err != nil || len(runs) != 1 || len(runs[0].Nodes[0].Items) != 6 || !runs[0].Sleeps() || len(runs[0].Missing) > 0 {
		t.Error(runs, err)
	}
	if len(problems) != 1 || !strings.Contains(problems[0].Reason, "run r1, node n: the log has no event_p") {
		t.Error(problems)
	}
}

// TestEveryRecord: of the published executions with nodes that sleep all rows are read,
// joined where one goes on in the next wake.
func TestEveryRecord(t *testing.T) {
	count := map[Kind]int{}
	runs := read(t, dsltest.Data(t, "mascots", "measured"))
	for i := range runs {
		if len(runs[i].Missing) > 0 || !runs[i].Sleeps() {
			t.Errorf("%v lacks %v", &runs[i], runs[i].Missing)
		}
		for _, n := range runs[i].Nodes {
			for _, it := range n.Items {
				count[it.Kind]++
			}
		}
	}
	want := map[Kind]int{Sleep: 456, Boot: 456, Transition: 1064, Action: 1064, Place: 1848, Publish: 2584}
	for k, n := range want {
		if count[k] != n {
			t.Errorf("%v: %d, not %d", k, count[k], n)
		}
	}
	if len(runs) != 56 {
		t.Errorf("%d runs", len(runs))
	}
}

// TestSets reads the sets of one process whole, with no word of complaint.
func TestSets(t *testing.T) {
	for set, want := range map[string]int{"openstack-actions": 120, "synthetic-concerto/measured": 1500} {
		if runs := read(t, dsltest.Data(t, set)); len(runs) != want {
			t.Errorf("%s: %d runs, not %d", set, len(runs), want)
		}
	}
	runs := read(t, dsltest.Data(t, "synthetic-concerto", "measured"))
	for i := range runs {
		if len(runs[i].Lasted) < 8 || runs[i].Makespan() < time.Second/10 {
			t.Errorf("%v: %d durations", &runs[i], len(runs[i].Lasted))
		}
	}
}
