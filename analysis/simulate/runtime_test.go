package simulate

import (
	"slices"
	"testing"

	"adagio/dsl/model"
)

// The rules of the runtime ([model.Rules]), one by one, each with and without it. The
// delays are those of polling_test.go: poll 300 ms, request 5 ms, step 3 ms, overhead
// 7 ms.

// with has a scene run under rules.
func (s *scene) with(r model.Rules) *scene {
	s.Rules = r
	return s
}

// fails checks that the run fails, and how.
func (s *scene) fails(t *testing.T, tr *Trace, want string) {
	t.Helper()
	if tr.Outcome != Failed || len(tr.Failures) != 1 || tr.Failures[0].Text(s.Scenario) != want || tr.Makespan != model.Never {
		t.Errorf("%v, %v: %v\nwant %s", tr.Outcome, tr.Makespan, waitsOf(s.Scenario, tr), want)
	}
}

// closed compares the ends of the closing wait alls.
func closed(t *testing.T, tr *Trace, want ...string) {
	t.Helper()
	var got []string
	for _, n := range tr.Processes {
		if n.Closed == model.Never {
			got = append(got, "…")
		} else {
			got = append(got, n.Closed.String())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("closed at %v, want %v", got, want)
	}
}

var exits = model.Rules{Exits: true, Confirmations: true}

func TestDataProvidedStays(t *testing.T) {
	// cfg is provided in b, which is left at once; u asks for it later.
	scene := func(r model.Rules) *scene {
		return ideally(ballet, 10).with(r).
			kind("P", "a b c", "t1: a > b go 100", "t2: b > c go 100", "data provide cfg: b").
			kind("U", "off run", "t: off > run go 50", "data use cfg: t").
			node("n1", 0, "p: P a").node("n2", 0, "u: U off").link("p.cfg u.cfg", "both").
			on("n1", "push p go; wait p").on("n2", "pause 500; push u go; wait u")
	}
	scene(model.Rules{DataStays: true}).becomes(t, "p.t1 0-100, p.t2 100-200, u.t 500-550, n1 200, n2 550")
	s := scene(model.Rules{})
	s.waits(t, s.becomes(t, "p.t1 0-100, p.t2 100-200, n1 200, n2 …"),
		`node n2, at "wait u", waits for u to be idle`, `u, to start t, waits for p to provide cfg`)
	// It stays in the next plan, and is gone with the component.
	s = scene(model.Rules{DataStays: true})
	tr, _ := Run(s.Scenario, Options{Sampler: Lo, State: true})
	if past := tr.State.Past[0]; !slices.Equal(past.Provided, []int{0}) {
		t.Errorf("%+v", past)
	}
	s.Components[0].Active, s.Components[0].Past = tr.State.Active[0], tr.State.Past[0]
	s.Nodes[0].Program = nil
	s.becomes(t, "u.t 500-550, n1 0, n2 550")
	s = scene(model.Rules{DataStays: true}).on("n1", "disconnect p.cfg u.cfg; delete p; add p")
	s.becomes(t, "p.t1 0-100, p.t2 100-200, n1 200, n2 …")
}

func TestGroupsEndByMoves(t *testing.T) {
	// Two tokens are in the group; c is left at 200 while b is active still.
	scene := func(r model.Rules) *scene {
		return ideally(ballet, 10).with(r).
			kind("P", "a b c d", "group g: b c", "t1: a > b go 50", "t2: a > c go 100", "t3: c > d go 100", "provide svc: g").
			kind("U", "off run", "t: off > run go 50", "use svc: t").
			node("n1", 0, "p: P a").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
			on("n1", "push p go; wait p").on("n2", "pause 500; push u go; wait u")
	}
	scene(model.Rules{}).becomes(t, "p.t1 0-50, p.t2 0-100, p.t3 100-200, u.t 500-550, n1 200, n2 550")
	s := scene(model.Rules{GroupsByMoves: true})
	s.waits(t, s.becomes(t, "p.t1 0-50, p.t2 0-100, p.t3 100-200, n1 200, n2 …"),
		`node n2, at "wait u", waits for u to be idle`, `u, to start t, waits for p to provide svc`)
	tr, _ := Run(s.Scenario, Options{Sampler: Lo, State: true})
	if past := tr.State.Past[0]; !slices.Equal(past.Ended, []int{0}) || !slices.Equal(past.Refusing, []int{0}) {
		t.Errorf("the group has ended, though b is active: %+v", past)
	}
	s.Components[0].Active, s.Components[0].Past = tr.State.Active[0], tr.State.Past[0]
	s.Nodes[0].Program = nil
	s.becomes(t, "n1 0, n2 …")
}

func TestDockSetsAreEmptiedTogether(t *testing.T) {
	// Both sets are full when svc is provided: d takes it twice, and gives it back once.
	scene := func(r model.Rules) *scene {
		return polled().with(r).
			kind("P", "off run", "start: off > run go 100", "stop: run > off end 100", "provide svc: run").
			kind("U", "a b c d", "t1: a > b go 10", "t2: a > c go 10", "t3: b > d go 10 0", "t4: c > d go 10 1", "back: d > a end 10", "use svc: d").
			node("n", 0, "p: P off", "u: U a").link("p.svc u.svc", "both").
			on("n", "push p go; push u go; wait p; wait u; push u end; wait u; push p end; wait p")
	}
	s := scene(model.Rules{DockSetsTogether: true})
	s.waits(t, s.becomes(t, "p.start 0-107, u.t1 0-17, u.t2 0-17, u.t3 20-37, u.t4 20-37, u.back 110-127, n …"),
		`node n, at "wait p", waits for p to be idle`, `p, to leave run, waits for u to stop using p.svc`)
	// Without the rule the second set waits for d to be left: u never ends.
	s = scene(model.Rules{})
	s.waits(t, s.becomes(t, "p.start 0-107, u.t1 0-17, u.t2 0-17, u.t3 20-37, u.t4 20-37, n …"),
		`node n, at "wait u", waits for u to be idle`, `u, to enter d, waits for transitions that will not come`)
}

func TestInstructionsThatFail(t *testing.T) {
	scene := func(r model.Rules) *scene {
		return polled().with(r).kind("S", "off on", kindS...).kind("P", "off inst run", kindP...).kind("U", "off run", "u: off > run go 50", "use svc: run").
			node("n1", 0, "p: P run", "u: U off", "s: S off").node("n2", 0, "q: S off").link("p.svc u.svc", "both")
	}
	fails := model.Rules{Fails: true}
	for program, want := range map[string]string{
		"push s go; delete s": `node n1 fails at "delete s": s is not idle`,
		"delete p":            `node n1 fails at "delete p": p is connected`,
		"connect p.svc u.svc": `node n1 fails at "connect p.svc -> u.svc": the connection is there already`,
		"disconnect p.svc u.svc; disconnect p.svc u.svc": `node n1 fails at "disconnect p.svc -> u.svc": there is no such connection`,
	} {
		s := scene(fails).on("n1", program).on("n2", "push q go; wait q")
		s.fails(t, s.becomes(t, "q.s 0-107, n1 …, n2 110"), want)
	}
	// Without the rule delete waits, and the others have no effect.
	scene(model.Rules{}).on("n1", "push s go; delete s; connect p.svc u.svc; disconnect p.svc u.svc; disconnect p.svc u.svc; delete p").
		becomes(t, "s.s 0-107, n1 110, n2 0")
	// A disconnect that is refused does not fail, the delete after it does.
	s := scene(fails).on("n1", "push u go; wait u; disconnect p.svc u.svc; delete p")
	s.fails(t, s.becomes(t, "u.u 0-57, n1 …, n2 0"), `node n1 fails at "delete p": p is connected`)
}

func TestDeletedAndAddedAgain(t *testing.T) {
	polled().with(model.Rules{Fails: true}).kind("S", "off on", kindS...).node("n", 0, "s: S on").
		on("n", "delete s; add s; push s go; wait s").
		becomes(t, "s.s 0-107, n 110")
}

func TestDeletedProviderEndsWhoAsks(t *testing.T) {
	s := polled().with(model.Rules{Fails: true}).kind("P", "off inst run", kindP...).
		kind("U", "off run", "u: off > run go 50", "use svc: u").
		node("n1", 0, "p: P run").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n1", "disconnect p.svc u.svc; delete p").on("n2", "pause 500; push u go; wait u")
	s.fails(t, s.becomes(t, "n1 5, n2 …"), `node n2 fails at "wait u": it asks p, which has been deleted`)
	s.Rules.Fails = false
	s.waits(t, s.becomes(t, "n1 5, n2 …"), `node n2, at "wait u", waits for u to be idle`, `u, to start u, waits for p to provide svc`)
}

// twoNodes are neighbours without anything between their components.
func twoNodes(r model.Rules) *scene {
	s := polled().with(r).kind("S", "off on", "s: off > on go 93", "l: off > on long 293", "b: on > off back 93").
		node("n1", 0, "x: S off").node("n2", 0, "y: S off").node("n3", 0)
	s.Nodes[0].Neighbours, s.Nodes[1].Neighbours = []int{1}, []int{0}
	return s
}

func TestClosingWaitNeedsToBeAsked(t *testing.T) {
	// n2 is idle at 103 and asks n1 in vain until it is idle at 303; n1 asks then, and
	// has not been asked while idle. n2 asks again at 308 + …, at 413, finds n1 idle, and
	// has been asked: it exits; n1 looks again 300 ms later, and remembers.
	tr := twoNodes(exits).on("n1", "push x long; wait x").on("n2", "push y go; wait y").
		becomes(t, "x.l 0-300, y.s 0-100, n1 303, n2 103, n3 0")
	closed(t, tr, "613ms", "413ms", "0s")
}

func TestConfirmationOfAPausingNode(t *testing.T) {
	// n1 does nothing for a second, and asks only then: as long n2's wait all lasts.
	program := func(r model.Rules) *scene {
		return twoNodes(r).on("n1", "pause 1000").on("n2", "wait all; push y go; wait y")
	}
	tr := program(exits).becomes(t, "y.s 1225-1325, n1 1000, n2 1328, n3 0")
	closed(t, tr, "1.005s", "…", "0s") // n1 is gone, and asks no more
	if !tr.Open() {
		t.Error("the process of n2 does not exit")
	}
	program(model.Rules{}).becomes(t, "y.s 5-105, n1 1000, n2 108, n3 0")
}

func TestAWaitForAComponentConfirms(t *testing.T) {
	// n2 has waited for x, which was idle: n1 exits as soon as it has seen n2 idle, and
	// n2's second wait gets the answer that it had before.
	tr := twoNodes(exits).on("n1", "pause 500; push x go; wait x").on("n2", "wait x; pause 2000; wait x").
		becomes(t, "x.s 500-600, n1 603, n2 2010, n3 0")
	closed(t, tr, "608ms", "…", "0s")
}

func TestExitedNodeIsRemembered(t *testing.T) {
	// n3 is no neighbour: n1 exits without it. What n3 has never seen it takes for busy.
	s := polled().with(exits).kind("S", "off on", kindS...).node("n1", 0, "x: S off").node("n3", 0).
		on("n1", "push x go; wait x").on("n3", "pause 1000; wait x")
	s.waits(t, s.becomes(t, "x.s 0-107, n1 110, n3 …"), `node n3, at "wait x", waits for x to be idle, but the process of its node has ended`)
	s.Rules = model.Rules{}
	s.becomes(t, "x.s 0-107, n1 110, n3 1005")
	// … or for what it saw last: busy, though it is idle by now.
	s.with(exits).Nodes[1].Program = nil
	s.on("n3", "wait x; wait x")
	s.waits(t, s.becomes(t, "x.s 0-107, n1 110, n3 …"), `node n3, at "wait x", waits for x to be idle, but the process of its node has ended`)
}

func TestAskedByANonNeighbour(t *testing.T) {
	// n3 has waited for x: n1 has been asked by another than its neighbours, and hangs.
	s := twoNodes(exits).on("n3", "wait x")
	tr := s.becomes(t, "n1 0, n2 0, n3 5")
	if !tr.Open() || !slices.Contains(waitsOf(s.Scenario, tr), `node n1, at "the closing wait all", waits for nobody to have asked it but its neighbours: node n3 has`) {
		t.Errorf("%v", waitsOf(s.Scenario, tr))
	}
}

func TestBehavioursOfAQueueGoOnInOnePass(t *testing.T) {
	// Three that do nothing cost one poll, not three; one before another costs none.
	polled().kind("S", "off on", append(kindS, "behaviour noop")...).node("n", 0, "p: S off").
		on("n", "push p noop; push p noop; push p noop; wait p; push p noop; push p go; wait p").
		becomes(t, "p.s 300-407, n 410")
}
