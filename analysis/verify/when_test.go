package verify

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"

	"pgregory.net/rapid"
)

// rolling is the analysis of a rolling restart by the executor ballet.
func rolling(t *testing.T, servers int) *analysis.Result {
	t.Helper()
	s := dsltest.Load(t, dsl.Options{
		Files: []string{"../../testdata/gallery/rolling_restart.ballet"}, Network: "ballet", Set: map[string]int{"servers": servers},
	})
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// conditions are those of the claims of a result, with why there are none.
func conditions(t *testing.T, r *analysis.Result, work int) (list []*Condition, why []error) {
	t.Helper()
	x, err := newWhens(r, &budget{left: work})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Scenario.Properties {
		for j := range p.Claims {
			c, missing := x.of(&p.Claims[j])
			list, why = append(list, c), append(why, missing)
		}
	}
	return list, why
}

// TestBudgetOfConditions: whatever the budget is, a condition is that which is found with
// more, or it is said that the budget is spent, of this claim and those after it.
func TestBudgetOfConditions(t *testing.T) {
	r := rolling(t, 3)
	all, why := conditions(t, r, maxWork)
	spent, found := 0, 0
	for work := 1; work < 300_000; work += 1 + work/4 {
		some, missing := conditions(t, r, work)
		over := false
		for i, c := range some {
			switch {
			case errors.Is(missing[i], ErrSpent):
				spent, over = spent+1, true
			case !errors.Is(missing[i], why[i]) || !reflect.DeepEqual(c, all[i]):
				t.Fatalf("with %d steps claim %d has %+v (%v), not %+v (%v)", work, i, c, missing[i], all[i], why[i])
			default:
				if over && c != nil && len(c.Clauses) > 0 {
					t.Fatalf("with %d steps claim %d has %+v when the budget is spent", work, i, c)
				}
				found++
			}
		}
	}
	if spent < 50 || found < 50 {
		t.Errorf("%d conditions were found, and the budget was spent for %d", found, spent)
	}
	steps := strings.ReplaceAll(ErrSpent.Error(), ",", "")
	if !strings.Contains(steps, fmt.Sprintf(" %d steps ", maxWork)) {
		t.Errorf("the budget is %d steps, and the answer says: %s", maxWork, ErrSpent)
	}
}

// TestConditionsOfHundredServers: of each claim a condition is found, or it has too many
// sums, or none is ever found of its kind: the budget is not spent.
func TestConditionsOfHundredServers(t *testing.T) {
	list, why := conditions(t, rolling(t, 100), maxWork)
	always, some := 0, 0
	for i, c := range list {
		switch {
		case c == nil:
			if !errors.Is(why[i], errSums) && !errors.Is(why[i], errKind) {
				t.Errorf("claim %d: %s", i, why[i])
			}
		case len(c.Clauses) == 0 && c.Exact:
			always++
		default:
			some++
		}
	}
	if always < 99 || some < 3 {
		t.Errorf("%d claims always hold, %d under a condition", always, some)
	}
}

// TestAdd: what a condition leaves out of clauses, as other ones imply it, makes no
// difference, for durations that are not 0.
func TestAdd(t *testing.T) {
	names := []string{"a", "b", "c"}
	sum := rapid.Custom(func(t *rapid.T) Sum {
		return Sum{rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, rapid.ID).Draw(t, "names"), time.Duration(rapid.IntRange(0, 1).Draw(t, "more"))}
	})
	inequality := rapid.Custom(func(t *rapid.T) Inequality {
		return Inequality{sum.Draw(t, "left"), sum.Draw(t, "right"), rapid.Bool().Draw(t, "strict")}
	})
	rapid.Check(t, func(t *rapid.T) {
		for range 30 {
			clauses := rapid.SliceOfN(rapid.SliceOfN(inequality, 0, 3), 1, 2).Draw(t, "clauses")
			all, kept := &Condition{Clauses: clauses}, &Condition{}
			(&budget{left: maxWork}).add(kept, clauses...)
			for range 50 {
				values := map[string]time.Duration{}
				for _, n := range names {
					values[n] = time.Duration(rapid.IntRange(1, 5).Draw(t, n))
				}
				of := func(name string) time.Duration { return values[name] }
				if all.Holds(of) != kept.Holds(of) {
					t.Fatalf("%v holds: %v, but what is kept, %v, not so", all.Text(), all.Holds(of), kept.Text())
				}
			}
		}
	})
}
