// Package sweep lists the points of a grid of parameters.
//
//	axis, err := sweep.ParseAxis("sites=1..3,10")      // 1, 2, 3, 10
//	grid, err := sweep.NewGrid([]string{"sites=1..3,10", "poll=50ms,100ms"})
//	for i := range grid.Len() { changes, err := grid.Changes(i); … }
//
// A point is a value for each axis, and so a list of changes of a scenario, as package
// whatif reads them: parameters of the assembly, durations, settings of the executor.
package sweep

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"adagio/analysis/whatif"
)

// MaxPoints is how many points a grid has at most.
const MaxPoints = 1_000_000

// Axis is a name with the values that it takes, as they are written.
type Axis struct {
	Name   string
	Values []string
}

// ParseAxis reads NAME=VALUE,VALUE,…: a value is what may stand on the right of a change, or
// FROM..TO for all whole numbers from one to the other.
func ParseAxis(text string) (Axis, error) {
	name, list, ok := strings.Cut(text, "=")
	a := Axis{Name: strings.TrimSpace(name)}
	if !ok || a.Name == "" {
		return a, fmt.Errorf("%q is not a name with values, such as sites=1..10 or poll=50ms,100ms", text)
	}
	for _, v := range split(list) {
		if v == "" {
			return a, fmt.Errorf("%q has an empty value", text)
		}
		from, to, ok := wholeNumbers(v)
		if !ok {
			a.Values = append(a.Values, v)
			continue
		}
		if to < from || to-from >= MaxPoints {
			return a, fmt.Errorf("%s=%s has no value, or more than %d", a.Name, v, MaxPoints)
		}
		for n := from; n <= to; n++ {
			a.Values = append(a.Values, strconv.Itoa(n))
		}
	}
	return a, nil
}

// split cuts a list at its commas, but not inside parentheses.
func split(list string) (out []string) {
	depth, from := 0, 0
	for i, r := range list {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// wholeNumbers reads FROM..TO.
func wholeNumbers(text string) (from, to int, ok bool) {
	a, b, ok := strings.Cut(text, "..")
	from, err := strconv.Atoi(strings.TrimSpace(a))
	to, err2 := strconv.Atoi(strings.TrimSpace(b))
	return from, to, ok && err == nil && err2 == nil
}

// Grid is every combination of the values of some axes; the last varies fastest.
type Grid []Axis

// NewGrid reads the axes of a grid and checks that every value can be read.
func NewGrid(texts []string) (Grid, error) {
	var g Grid
	points := uint64(1)
	for _, text := range texts {
		a, err := ParseAxis(text)
		if err != nil {
			return nil, err
		}
		for _, other := range g {
			if other.Name == a.Name {
				return nil, fmt.Errorf("%s is swept twice", a.Name)
			}
		}
		for _, v := range a.Values {
			if _, err := whatif.Parse(a.Name + " = " + v); err != nil {
				return nil, err
			}
		}
		over, n := bits.Mul64(points, uint64(len(a.Values)))
		if over > 0 || n > MaxPoints {
			return nil, fmt.Errorf("the grid has more than %d points", MaxPoints)
		}
		points = n
		g = append(g, a)
	}
	return g, nil
}

// Len is how many points there are.
func (g Grid) Len() int {
	n := 1
	for _, a := range g {
		n *= len(a.Values)
	}
	return n
}

// Point lists the values of a point, by axis.
func (g Grid) Point(i int) []string {
	out := make([]string, len(g))
	for k := len(g) - 1; k >= 0; k-- {
		n := len(g[k].Values)
		out[k] = g[k].Values[i%n]
		i /= n
	}
	return out
}

// Changes lists the changes of a scenario that make it that of a point.
func (g Grid) Changes(i int) ([]whatif.Change, error) {
	var out []whatif.Change
	for k, v := range g.Point(i) {
		c, err := whatif.Parse(g[k].Name + " = " + v)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
