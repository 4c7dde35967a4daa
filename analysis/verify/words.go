package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// eventDated is an event in the user's words with its bounds.
func (x *run) eventDated(e petri.EventID) string {
	return fmt.Sprintf("%s (at %s)", x.g.Sentence(e), between([2]time.Duration{x.order.lo[e], x.order.hi[e]}))
}

// fewReasons is how many exclusions are named of many.
const fewReasons = 2

// why says why nothing was left of what could have held: by what came before what.
func (x *states) why(list []exclusion) (text string, causality bool) {
	causality = true
	var reasons []exclusion
	seen := map[[2]petri.EventID]bool{}
	for _, e := range list {
		if e.Off == e.On || seen[[2]petri.EventID{e.Off, e.On}] || x.sameElement(e) {
			continue
		}
		seen[[2]petri.EventID{e.Off, e.On}] = true
		if causality = causality && e.Causality; !e.Causality || causality {
			reasons = append(reasons, e)
		}
	}
	if len(reasons) == 0 {
		return "nothing that happens changes that", true
	}
	// What depends on dates says more than what causality orders.
	slices.SortStableFunc(reasons, func(a, b exclusion) int {
		if a.Causality == b.Causality {
			return 0
		} else if b.Causality {
			return -1
		}
		return 1
	})
	var out []string
	for _, e := range reasons[:min(len(reasons), fewReasons)] {
		if e.Causality {
			out = append(out, fmt.Sprintf("%s follows from %s", x.g.Sentence(e.On), x.g.Sentence(e.Off)))
		} else {
			out = append(out, x.apart(e))
		}
	}
	text = strings.Join(out, "; ")
	if more := len(reasons) - len(out); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	if causality {
		return "by causality: " + text, true
	}
	return "by the bounds of dates: " + text, false
}

// apart says how long before the second event of an exclusion the first comes.
func (x *states) apart(e exclusion) string {
	if least := x.order.lower(e.Off, e.On); least > 0 {
		return fmt.Sprintf("%s comes at least %s before %s", x.eventDated(e.Off), model.FormatDuration(least), x.eventDated(e.On))
	}
	return fmt.Sprintf("%s comes no later than %s", x.eventDated(e.Off), x.eventDated(e.On))
}

// sameElement says whether both events of an exclusion are of one component and follow
// from one another: that says nothing.
func (x *states) sameElement(e exclusion) bool {
	a, b := x.g.Origin(e.Off), x.g.Origin(e.On)
	return e.Causality && a.Component >= 0 && a.Component == b.Component
}

// meeting says what may make a predicate hold within a span, and in which part of it.
func (x *states) meeting(f form, s span) (string, span) {
	if len(s.on)+len(s.off) == 0 && f.kind == isCount {
		all, err := x.counted(f)
		if err == nil {
			if _, chosen, err := x.width(all); err == nil && len(chosen) >= f.least {
				for _, i := range chosen[:f.least] {
					s = x.both(s, all[i])
				}
			}
		}
	}
	var parts []string
	few := func(list []petri.EventID, how string) {
		for i, e := range list {
			if i == fewReasons && len(list) > fewReasons+1 {
				parts = append(parts, fmt.Sprintf("and %d more", len(list)-i))
				return
			}
			parts = append(parts, how+x.eventDated(e))
		}
	}
	few(s.on, "after ")
	few(s.off, "before ")
	if len(parts) == 0 {
		return "it may be otherwise from the beginning to the end", s
	}
	return "it may be otherwise " + strings.Join(parts, ", "), s
}

// between is a bound in words.
func between(b [2]time.Duration) string {
	switch {
	case b[0] == b[1]:
		return date(b[0])
	case b[1] == model.Never:
		return date(b[0]) + " or more, perhaps for ever"
	}
	return date(b[0]) + " .. " + date(b[1])
}

func date(d time.Duration) string {
	if d == model.Never {
		return "never"
	}
	return model.FormatDuration(d)
}
