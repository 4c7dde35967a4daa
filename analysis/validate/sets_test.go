package validate

import (
	"slices"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

const measuredModels = "../../testdata/measured/"

// readSet reads a set of measurements without any problem.
func readSet(t *testing.T, names ...string) []measure.Run {
	t.Helper()
	runs, problems, err := measure.Read([]string{dsltest.Data(t, names...)}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return runs
}

// holdSet validates a set with durations of its own, and wants everything inside.
func holdSet(t *testing.T, runs []measure.Run, opts dsl.Options) *Report {
	t.Helper()
	models := &measure.Models{Options: opts}
	r := Validate(runs, Options{Resolve: models.For, Replications: 4})
	if r.Outside() || len(r.Problems) > 0 || r.Lacking() > 0 || r.Total.Makespan.Count != len(runs) {
		t.Errorf("of %d runs %d are compared, %d inside, %d lack something, problems: %v", len(runs), r.Total.Makespan.Count, r.Total.Makespan.Inside, r.Lacking(), r.Problems)
	}
	return r
}

// TestSynthetic: every random reconfiguration of one process is inside, 0.03 s from its
// prediction at most on average.
func TestSynthetic(t *testing.T) {
	r := holdSet(t, readSet(t, "synthetic-concerto", "measured"), dsl.Options{Files: []string{measuredModels + "synthetic-{nb_deps}.ballet"}})
	if m := r.Total.Makespan; m.Count != 1500 || m.MeanError > 30*time.Millisecond || m.Width > 0.005 {
		t.Errorf("%+v", m)
	}
}

// TestActions: with durations of their own, real actions begin and end where the graph of
// their components has it.
func TestActions(t *testing.T) {
	r := holdSet(t, readSet(t, "openstack-actions"), dsl.Options{Files: []string{measuredModels + "openstack-{operation}.ballet"}, Timings: []string{"{registry}"}})
	if m, d := r.Total.Makespan, r.Total.Dates; m.Count != 120 || d.Count != 5340 || d.Inside != 5340 || m.MeanRelative > 2e-4 {
		t.Errorf("%+v %+v", m, d)
	}
}

// TestForecastScores compares quantiles and scores with values worked out by hand.
func TestForecastScores(t *testing.T) {
	sample := []time.Duration{0, 10, 20, 30}
	if a, b, c := quantile(sample, 0.05), quantile(sample, 0.5), quantile(sample, 0.95); a != 0 || b != 15 || c != 30 {
		t.Error(a, b, c)
	}
	if got := quantile([]time.Duration{0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700, 1800}, 0.1); got != 100 {
		t.Error(got)
	}
	// E|X - 20| is (20 + 10 + 0 + 10)/4, E|X - X'| over different draws (3·10 + 2·20 + 30)/6,
	// so that the score is 10 - 100/12 of what they were drawn from; over all pairs of the
	// four values it is 200/16, and the score of these 10 - 100/16.
	if drawn, itself := crps(sample, 20, true), crps(sample, 20, false); drawn != 1 || itself != 3 {
		t.Error(drawn, itself)
	}
	if got := crps([]time.Duration{7}, 3, true); got != 4 {
		t.Error(got)
	}
}

// TestForecasts: what the simulator itself did is inside of the interval of its forecasts as
// often as that says.
func TestForecasts(t *testing.T) {
	runs, models := simulated(t, 30, "update")
	f := Validate(runs, Options{Durations: Nominal, Resolve: models.For, Replications: 99}).Total.Forecasts
	if f.Count != 30 || f.Compared != 30 || f.Inside < 23 || f.CRPS <= 0 || f.CRPS > 2*f.Baseline {
		t.Errorf("%+v", f)
	}
}

// TestPublishedForecasts holds the forecasts of the published executions, with durations of
// the other runs.
func TestPublishedForecasts(t *testing.T) {
	runs := slices.DeleteFunc(readSet(t, "measured"), func(r measure.Run) bool { return r.Operation != "deploy" })
	models := map[string]*measure.Models{}
	for _, name := range []string{"openstack", "cps"} {
		models[name] = &measure.Models{Options: dsl.Options{Files: []string{"../../testdata/" + name + ".ballet"}}}
	}
	r := Validate(runs, Options{Durations: Others, Resolve: func(r *measure.Run) (*measure.Mapping, error) { return models[r.Case].For(r) }})
	f := r.Total.Forecasts
	t.Logf("%d of %d inside, width %v of %v, CRPS %v, of the other runs %v", f.Inside, f.Count, f.Width, r.Total.Makespan.MeanWidth, f.CRPS, f.Baseline)
	if f.Count != 40 || 100*f.Inside < 85*f.Count || f.Width > 3*r.Total.Makespan.MeanWidth/10 || f.CRPS > 21*f.Baseline/20 {
		t.Errorf("%+v", f)
	}
	for _, g := range r.Groups { // two and a half times as wide as they vary by, when starts were drawn one by one
		if g.Case == "openstack" && g.Sites == 5 && g.Forecasts.Width > 700*time.Millisecond {
			t.Errorf("%v: the interval is %v wide", g.Key, g.Forecasts.Width)
		}
	}
}

// sleepingNodes are the models of the executions of nodes that sleep.
func sleepingNodes(t *testing.T) *measure.Models {
	return &measure.Models{Options: dsl.Options{Files: []string{measuredModels + "mascots-asynchronous.ballet"}, Uptimes: dsltest.Data(t, "mascots", "uptimes") + "/{uptimes}.json"}}
}

// TestSleepingNodes: every execution of nodes that sleep is inside, with every date of every
// row of its tables, close to its prediction, and in its forecast as often as that says.
func TestSleepingNodes(t *testing.T) {
	models := sleepingNodes(t)
	r := Validate(readSet(t, "mascots"), Options{Resolve: models.For, Replications: 39})
	m, f := r.Total.Makespan, r.Total.Forecasts
	if m.Count != 56 || r.Outside() || r.Lacking() > 0 || r.Total.Ends.Count != 336 || r.Total.Dates.Count != 2128 {
		t.Errorf("%+v, lacking %d, problems %v", m, r.Lacking(), r.Problems)
	}
	if m.Width > 0.005 || m.MeanRelative > 0.0005 || m.MedianError > 100*time.Millisecond || f.Inside < 47 {
		t.Errorf("%+v %+v", m, f)
	}
	rows, dates := r.Total.Dates.Count/2, r.Total.Dates.Count
	for _, s := range r.Total.Singles {
		t.Logf("%s: %d rows, %d of %d dates inside, %v wide", s.Kind, s.Rows, s.Inside, s.Count, s.MeanWidth)
		if wide := map[string]time.Duration{"event": 2 * time.Second, "sleep": 100 * time.Second}[s.Kind]; s.MeanWidth > max(wide, time.Second) {
			t.Errorf("the bounds of dates of kind %s are %v wide", s.Kind, s.MeanWidth)
		}
		rows, dates = rows+s.Rows, dates+s.Count
	}
	if rows != 11588 || dates != 18744 {
		t.Errorf("%d rows with %d dates are compared", rows, dates)
	}
}

// TestAsleepBeforeEntry: a node whose window is over falls asleep in the pass in which its last
// transition ends, and before the place is entered (SEMANTICS.md, rule 8.3). So the server is
// off 16 s after its window, as soon as config3 has ended, and dep1 enters running 128 s after
// run. If a step kept its node awake, as with a broker, it would enter at once.
func TestAsleepBeforeEntry(t *testing.T) {
	find := func(r *Run, what, node, item string) *Date {
		for _, d := range r.Single() {
			if d.What == what && d.Node == node && (d.Item == item || d.Transition == item) {
				return d
			}
		}
		t.Fatalf("%v: no %s of %s", r.Key, what, item)
		return nil
	}
	hold := func(kind model.ProfileKind, uptimes, operation string) []Run {
		models := sleepingNodes(t)
		runs := slices.DeleteFunc(readSet(t, "mascots"), func(r measure.Run) bool { return r.Columns["uptimes"] != uptimes || r.Operation != operation })
		r := Validate(runs, Options{Replications: 1, Durations: Nominal, Resolve: func(r *measure.Run) (*measure.Mapping, error) {
			m, err := models.For(r)
			if err == nil {
				m.Scenario().Network.Profile.Kind = kind
			}
			return m, err
		}})
		if len(r.Runs) != 4 {
			t.Fatalf("%d runs, problems %v", len(r.Runs), r.Problems)
		}
		return r.Runs
	}
	for _, r := range hold(model.Concertod, "ud2_od0_15_25_perc", "deploy") {
		over, off := find(&r, "end", "server", "config3"), find(&r, "end", "server", "event uptime")
		t.Logf("%s: config3 ends at %v, the process at %v, %v", r.ID, over.Measured, off.Measured, off.Bound)
		if pass := off.Measured - over.Measured; !over.Inside() || !off.Inside() || pass < 0 || pass > 50*time.Millisecond || off.Measured < 122*time.Second {
			t.Errorf("%s: config3 ends at %v, the process at %v", r.ID, over.Measured, off.Measured)
		}
	}
	for _, kind := range []model.ProfileKind{model.Concertod, model.Brokered} {
		for _, r := range hold(kind, "ud0_od2_15_25_perc", "update") {
			over, off, entry := find(&r, "end", "dep1", "run"), find(&r, "end", "dep1", "event uptime"), find(&r, "enter", "dep1", "place enter_running")
			t.Logf("%s, %v: run ends at %v, the process at %v; running is entered at %v, %v", r.ID, kind, over.Measured, off.Measured, entry.Measured, entry.Bound)
			if entry.Inside() != (kind == model.Concertod) || entry.Measured-over.Measured < 127*time.Second || off.Measured-over.Measured > 50*time.Millisecond {
				t.Errorf("%s, %v: running is entered at %v, %v", r.ID, kind, entry.Measured, entry.Bound)
			}
		}
	}
}

// TestSleepingTogether: every span of nodes that have to be awake together is inside, and but
// for the two plans in which the outcome of a wait hangs on a tenth of a second, close to
// its prediction.
func TestSleepingTogether(t *testing.T) {
	opts := dsl.Options{Files: []string{measuredModels + "mascots-{family}.ballet"}, Uptimes: dsltest.Data(t, "mascots", "uptimes") + "/{uptimes}.json"}
	runs, problems, err := measure.Read([]string{dsltest.Data(t, "mascots", "spans.csv")}, measure.Options{})
	if err != nil || len(problems) != 2 { // the run that did not finish
		t.Fatal(err, problems)
	}
	runs = slices.DeleteFunc(runs, func(r measure.Run) bool { return r.Columns["family"] != "synchronous" })
	models := &measure.Models{Options: opts}
	r := Validate(runs, Options{Resolve: models.For, Replications: 4})
	if m := r.Total.Makespan; m.Count != 54 || r.Outside() || m.MedianError > 50*time.Millisecond {
		t.Errorf("%+v, problems %v", m, r.Problems)
	}
	near, narrow := 0, 0
	for _, g := range r.Groups {
		if g.Makespan.MaxError < 200*time.Millisecond {
			near++
		}
		if g.Makespan.MeanWidth < time.Second {
			narrow++
		}
	}
	if near < 12 || narrow < 12 {
		t.Errorf("of 14 plans %d are predicted to 0.2 s, and %d bounded to 1 s", near, narrow)
	}
}
