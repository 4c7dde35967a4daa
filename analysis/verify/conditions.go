package verify

import (
	"errors"
	"slices"
	"strings"
	"time"

	"adagio/dsl/model"
)

// Sum is a sum of named durations and a constant.
type Sum struct {
	Names []string // TRANSITION, with #2 for the second time that it runs; a start or a pause
	More  time.Duration
}

// Inequality is Left <= Right, or Left < Right where it is strict.
type Inequality struct {
	Left, Right Sum
	Strict      bool
}

// Condition is what durations have to be like: of each clause some inequality holds.
type Condition struct {
	Clauses [][]Inequality
	// Exact says that it is necessary, too; otherwise it suffices.
	Exact bool
}

// Holds says whether a condition is met by durations.
func (c *Condition) Holds(of func(name string) time.Duration) bool {
	value := func(s Sum) time.Duration {
		d := s.More
		for _, n := range s.Names {
			d += of(n)
		}
		return d
	}
	for _, clause := range c.Clauses {
		if !slices.ContainsFunc(clause, func(i Inequality) bool {
			l, r := value(i.Left), value(i.Right)
			return l < r || l == r && !i.Strict
		}) {
			return false
		}
	}
	return true
}

// Text lists the clauses in words; it is "always" or "never" where no duration matters.
func (c *Condition) Text() []string {
	if len(c.Clauses) == 0 {
		return []string{"always"}
	}
	var out []string
	for _, clause := range c.Clauses {
		var parts []string
		for _, i := range clause {
			parts = append(parts, i.text())
		}
		if len(parts) == 0 {
			return []string{"never"}
		}
		out = append(out, strings.Join(parts, " or "))
	}
	return out
}

func (i Inequality) text() string {
	op := " <= "
	if i.Strict {
		op = " < "
	}
	return i.Left.text() + op + i.Right.text()
}

func (s Sum) text() string {
	parts := s.Names
	if s.More > 0 || len(parts) == 0 {
		parts = append(slices.Clip(parts), model.FormatDuration(s.More))
	}
	return strings.Join(parts, " + ")
}

// maxWork bounds the work on the conditions of all claims of a plan, or of all its races:
// steps of paths and names of sums that are looked at, a second or less.
const maxWork = 100_000_000

// ErrSpent is why no condition is known where the budget of this work is spent.
var ErrSpent = errors.New("the share of its property, or of its race, in a budget of 100,000,000 steps is spent")

// budget is what is left of it, below 0 where it was not enough. Then what has been found
// is worth nothing. Rest is what is kept for others.
type budget struct{ left, rest int }

// share gives the next property, or race, its share: one of so many in what nobody has needed.
func (b *budget) share(of int) {
	all := max(b.left, 0) + b.rest
	b.left = all / of
	b.rest = all - b.left
}

// take takes some work from the budget and says whether there was as much.
func (b *budget) take(n int) bool {
	b.left = max(b.left-n, -1)
	return b.left >= 0
}

// add adds clauses that say something and are not there yet to a condition; one that
// nothing meets is all.
func (b *budget) add(c *Condition, clauses ...[]Inequality) {
	implied := func(by, of []Inequality) bool { // each of by is one of of
		return !slices.ContainsFunc(by, func(i Inequality) bool {
			return !slices.ContainsFunc(of, func(j Inequality) bool { return b.implies(i, j) })
		})
	}
	for _, clause := range clauses {
		if !b.take(len(clause)) || slices.ContainsFunc(clause, Inequality.always) {
			continue
		}
		clause = b.weakest(clause)
		if slices.ContainsFunc(c.Clauses, func(k []Inequality) bool { return implied(k, clause) }) {
			continue
		}
		c.Clauses = append(slices.DeleteFunc(c.Clauses, func(k []Inequality) bool { return implied(clause, k) }), clause)
	}
}

// weakest lists the inequalities of a clause that can hold and imply no other one.
func (b *budget) weakest(clause []Inequality) (out []Inequality) {
	for _, i := range clause {
		if i.never() || slices.ContainsFunc(out, func(j Inequality) bool { return b.implies(i, j) }) {
			continue
		}
		out = append(slices.DeleteFunc(out, func(j Inequality) bool { return b.implies(j, i) }), i)
	}
	return out
}

// always says whether it holds whatever the durations are, which are not 0.
func (i Inequality) always() bool {
	if len(i.Left.Names) > 0 {
		return false
	}
	return i.Left.More < i.Right.More || i.Left.More == i.Right.More && (!i.Strict || len(i.Right.Names) > 0)
}

func (i Inequality) never() bool {
	if len(i.Right.Names) > 0 {
		return false
	}
	return i.Left.More > i.Right.More || i.Left.More == i.Right.More && (i.Strict || len(i.Left.Names) > 0)
}

// implies says whether one inequality holds only where another does, as the names tell:
// its left side has no less, and its right side no more.
func (b *budget) implies(i, j Inequality) bool {
	if j.Strict && !i.Strict || j.Left.More-j.Right.More > i.Left.More-i.Right.More {
		return false
	}
	return b.subset(j.Left.Names, i.Left.Names) && b.subset(i.Right.Names, j.Right.Names)
}

func (b *budget) subset(of, all []string) bool {
	for _, name := range of {
		at := slices.Index(all, name)
		if !b.take(1+max(at, 0)) || at < 0 {
			return false
		}
	}
	return b.take(1)
}

// disjunction is the clauses of a disjunction of two conditions.
func disjunction(a, b [][]Inequality) (out [][]Inequality) {
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(x[:len(x):len(x)], y...))
		}
	}
	return out
}
