package dsl

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
)

// scope holds the parameters and loop variables that are bound, innermost last.
type scope []binding

type binding struct {
	name  string
	value int64
}

func (s scope) lookup(name string) (int64, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].name == name {
			return s[i].value, true
		}
	}
	return 0, false
}

// with returns the scope with one more binding; the scope itself stays.
func (s scope) with(name string, value int64) scope {
	return append(s[:len(s):len(s)], binding{name, value})
}

// eval computes an expression. It reports what is wrong and then is not ok.
func (r *resolver) eval(e *Expr, in scope) (value int64, ok bool) {
	value, ok = r.term(e.First, in)
	for _, x := range e.Rest {
		y, okY := r.term(x.Term, in)
		value, ok = r.apply(e.node, x.Op, value, y, ok && okY)
	}
	return value, ok
}

func (r *resolver) term(t *Term, in scope) (value int64, ok bool) {
	value, ok = r.factor(t.First, in)
	for _, x := range t.Rest {
		y, okY := r.factor(x.Factor, in)
		value, ok = r.apply(t.node, x.Op, value, y, ok && okY)
	}
	return value, ok
}

func (r *resolver) factor(f *Factor, in scope) (value int64, ok bool) {
	switch {
	case f.Integer != nil:
		return f.Integer.Value, true
	case f.Negated != nil:
		value, ok = r.factor(f.Negated, in)
		return r.apply(f.node, "-", 0, value, ok)
	case f.Sum != nil:
		return r.eval(f.Sum, in)
	}
	value, ok = in.lookup(f.Name.Text)
	if !ok {
		known := map[string]bool{}
		for _, b := range in {
			known[b.name] = true
		}
		unknown(r, f.Name.Name, "parameter, constant or loop variable", "", known, r.broken.of(ofConstants))
	}
	return value, ok
}

// variable is the name that an expression is, if it is nothing else.
func (e *Expr) variable() (name string, ok bool) {
	if len(e.Rest) > 0 || len(e.First.Rest) > 0 || e.First.First.Name == nil {
		return "", false
	}
	return e.First.First.Name.Text, true
}

// apply computes one operation of a part of an expression, or reports why not.
func (r *resolver) apply(at node, op string, x, y int64, ok bool) (int64, bool) {
	if !ok {
		return 0, false
	}
	if (op == "/" || op == "%") && y == 0 {
		r.fail(at.Span(), "a division by zero: "+at.String(), "")
		return 0, false
	}
	value, ok := apply(op[0], x, y)
	if !ok {
		r.fail(at.Span(), "the value does not fit in 64 bits", "")
	}
	return value, ok
}

// apply computes one operation. Division rounds down, so that x % n is never
// negative for n > 0: neighbours in a ring are worker[(s - 1) % n].
func apply(op byte, x, y int64) (int64, bool) {
	switch op {
	case '+':
		return x + y, (x+y > x) == (y > 0)
	case '-':
		return x - y, (x-y < x) == (y > 0)
	case '*':
		if x == 0 || y == 0 {
			return 0, true
		}
		p := x * y
		return p, p/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64)
	}
	if x == math.MinInt64 && y == -1 {
		return 0, op == '%'
	}
	quotient, rest := x/y, x%y
	if rest != 0 && (rest < 0) != (y < 0) {
		quotient, rest = quotient-1, rest+y
	}
	if op == '/' {
		return quotient, true
	}
	return rest, true
}

// bounds computes both ends of a range, the upper one included.
func (r *resolver) bounds(b Bounds, in scope) (lo, hi int64, ok bool) {
	lo, okLo := r.eval(b.Lo, in)
	hi, okHi := r.eval(b.Hi, in)
	if !okLo || !okHi {
		return 0, 0, false
	}
	if b.Open {
		if hi == math.MinInt64 {
			return 0, -1, true
		}
		hi--
	}
	return lo, hi, true
}

// replicate runs a body of the given number of statements for every value of a
// loop.
func (r *resolver) replicate(f *For, statements int, in scope, body func(scope)) {
	if f.If != nil {
		if r.holds(f.If, in) && r.spend(f.If.Span(), int64(max(statements, 1))) {
			body(in)
		}
		return
	}
	if _, ok := in.lookup(f.Var.Text); ok {
		r.fail(f.Var.Span, fmt.Sprintf("%s is a parameter, a constant or a loop variable already", f.Var.Text), "take another name")
		return
	}
	lo, hi, ok := r.bounds(f.Range, in)
	if !ok {
		return
	}
	if name, single := f.Range.Hi.variable(); single && f.Range.Open && hi+1 < min(lo, 0) {
		r.fail(f.Range.Hi.Span(), fmt.Sprintf("%s is %d, and how many there are cannot be negative", name, hi+1), "a count is 0 or more")
	}
	if hi < lo {
		return
	}
	n := hi - lo + 1
	if each := int64(max(statements, 1)); n <= 0 || n > int64(capacity().statements) || !r.spend(f.Range.Span(), n*each) {
		r.spend(f.Range.Span(), int64(capacity().statements)+1)
		return
	}
	for v := lo; ; v++ {
		body(in.with(f.Var.Text, v))
		if v == hi {
			return
		}
	}
}

// holds says whether all conditions hold, those that have a value.
func (r *resolver) holds(c *If, in scope) bool {
	all := true
	for _, c := range c.Conditions {
		x, okX := r.eval(c.X, in)
		y, okY := r.eval(c.Y, in)
		order := cmp.Compare(x, y)
		all = all && okX && okY && map[string]bool{
			"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0,
		}[c.Op]
	}
	return all
}

// table holds the instances of one sort, nodes or components, by their names.
type table struct {
	what     string // "node"
	names    map[string]int
	families map[string][]member // by the name without indices
	declared map[string]bool     // names without indices, with instances or not
	broken   bool                // part of the declarations could not be read
	doubtful map[string]bool     // names without indices of which an instance is missing after a mistake
}

type member struct {
	index []int64
	id    int
}

func newTable(what string, broken bool) *table {
	return &table{what, map[string]int{}, map[string][]member{}, map[string]bool{}, broken, map[string]bool{}}
}

// indices computes the indices of a reference.
func (r *resolver) indices(ref Ref, in scope) ([]int64, bool) {
	if len(ref.Index) == 0 {
		return nil, true
	}
	index := make([]int64, len(ref.Index))
	for i, e := range ref.Index {
		v, ok := r.eval(e, in)
		if !ok {
			return nil, false
		}
		index[i] = v
	}
	return index, true
}

// fullName is the name of an instance: worker[3].
func fullName(buffer []byte, base string, index []int64) []byte {
	buffer = append(buffer, base...)
	for _, v := range index {
		buffer = append(buffer, '[')
		buffer = strconv.AppendInt(buffer, v, 10)
		buffer = append(buffer, ']')
	}
	return buffer
}

// find returns the instance that a reference names.
func (r *resolver) find(t *table, ref Ref, in scope) (id int, ok bool) {
	var scratch [64]byte
	index, ok := r.indices(ref, in)
	if !ok {
		return -1, false
	}
	name := fullName(scratch[:0], ref.Name.Text, index)
	if id, ok := t.names[string(name)]; ok {
		return id, true
	}
	r.missing(t, ref, string(name))
	return -1, false
}

// missing reports that there is no such instance.
func (r *resolver) missing(t *table, ref Ref, name string) {
	if t.broken || t.doubtful[ref.Name.Text] {
		return
	}
	if !t.declared[ref.Name.Text] {
		unknown(r, ref.Name, t.what, "the assembly", t.declared, t.broken)
		return
	}
	detail := "there is none of that name with the parameters as they are"
	switch members := t.families[ref.Name.Text]; {
	case len(members) == 1:
		detail = "there is only " + string(fullName(nil, ref.Name.Text, members[0].index))
	case len(members) > 1:
		first, last := members[0], members[len(members)-1]
		detail = fmt.Sprintf("there are %d from %s to %s", len(members), fullName(nil, ref.Name.Text, first.index), fullName(nil, ref.Name.Text, last.index))
	}
	r.fail(ref.Span(), fmt.Sprintf("there is no %s %s", t.what, shorten(name)), detail)
}

// match calls the function for every instance that a reference may mean: an
// index that is a name that is not bound ranges over all instances, and is bound
// in the scope that the function gets. Each time stands for the given number of
// statements.
func (r *resolver) match(t *table, ref Ref, statements int, in scope, each func(id int, in scope)) {
	free := false
	for _, e := range ref.Index {
		if name, ok := e.variable(); ok {
			if _, bound := in.lookup(name); !bound {
				free = true
			}
		}
	}
	if !free {
		if id, ok := r.find(t, ref, in); ok {
			each(id, in)
		}
		return
	}
	members := t.families[ref.Name.Text]
	if !t.declared[ref.Name.Text] {
		r.missing(t, ref, ref.Name.Text)
		return
	}
	if !r.spend(ref.Span(), int64(len(members))*int64(statements+1)) {
		return
	}
	shaped := false
next:
	for _, m := range members {
		if len(m.index) != len(ref.Index) {
			continue
		}
		shaped = true
		inner := in
		for i, e := range ref.Index {
			if name, ok := e.variable(); ok {
				if _, bound := inner.lookup(name); !bound {
					inner = inner.with(name, m.index[i])
					continue
				}
			}
			v, ok := r.eval(e, inner)
			if !ok {
				return
			}
			if v != m.index[i] {
				continue next
			}
		}
		each(m.id, inner)
	}
	if !shaped && len(members) > 0 {
		r.missing(t, ref, ref.String())
	}
}

// enter adds an instance to a table. It reports a name that is there already; the
// name is empty where it could not be computed.
func (r *resolver) enter(t *table, ref Ref, in scope, id int, first func(id int) Span) (name string, ok bool) {
	t.declared[ref.Name.Text] = true
	if len(t.names) == capacity().instances {
		t.broken = true
		r.fail(ref.Span(), fmt.Sprintf("the assembly has more %ss than this machine has memory for", t.what), "make it smaller")
		r.exhausted = true
		return "", false
	}
	index, ok := r.indices(ref, in)
	if !ok {
		t.doubtful[ref.Name.Text] = true
		return "", false
	}
	for i, v := range index {
		if v < 0 {
			r.fail(ref.Index[i].Span(), fmt.Sprintf("a negative index: %d", v), "indices are 0 or more")
			t.doubtful[ref.Name.Text] = true
			return "", false
		}
	}
	name = string(fullName(nil, ref.Name.Text, index))
	if old, ok := t.names[name]; ok {
		r.fail(ref.Span(), fmt.Sprintf("%s %s is declared twice", t.what, name), "rename or remove one, or give it an index", related(first(old).Pos, "first declared here"))
		return name, false
	}
	t.names[name] = id
	t.families[ref.Name.Text] = append(t.families[ref.Name.Text], member{index, id})
	return name, true
}
