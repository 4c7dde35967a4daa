package whatif

import "time"

// Piece is one linear part of a [Function]: from From on the value is
// Value + Slope·(x − From), up to the next piece.
type Piece struct {
	From  time.Duration
	Value time.Duration // at From
	Slope int64
}

// at is the value of the piece, continued to anywhere.
func (p Piece) at(x time.Duration) time.Duration { return p.Value + time.Duration(p.Slope)*(x-p.From) }

// Function is a piecewise linear function on an interval of whole nanoseconds,
// which it is exact on. Where two lines cross between two of them, the second
// begins at the later one.
type Function struct {
	To     time.Duration // the end of the interval, which belongs to it
	Pieces []Piece       // in order, the first from the beginning of the interval
}

// From is the beginning of the interval.
func (f Function) From() time.Duration { return f.Pieces[0].From }

// At is the value at a point of the interval.
func (f Function) At(x time.Duration) time.Duration {
	i := len(f.Pieces) - 1
	for i > 0 && f.Pieces[i].From > x {
		i--
	}
	return f.Pieces[i].at(x)
}

func (f Function) isConstant() bool { return len(f.Pieces) == 1 && f.Pieces[0].Slope == 0 }

// constant is the function that is v from a to b.
func constant(v, a, b time.Duration) Function { return Function{b, []Piece{{From: a, Value: v}}} }

// combine merges two functions on the same interval, piece by piece: on each
// common part both are lines, and join appends what becomes of them there.
func combine(f, g Function, join func(p, q Piece, to time.Duration, out []Piece) []Piece) Function {
	out := Function{To: f.To}
	i, j := 0, 0
	for x := f.From(); ; {
		to := f.To
		if i+1 < len(f.Pieces) {
			to = min(to, f.Pieces[i+1].From-1)
		}
		if j+1 < len(g.Pieces) {
			to = min(to, g.Pieces[j+1].From-1)
		}
		p, q := Piece{x, f.Pieces[i].at(x), f.Pieces[i].Slope}, Piece{x, g.Pieces[j].at(x), g.Pieces[j].Slope}
		out.Pieces = join(p, q, to, out.Pieces)
		if x = to + 1; to == f.To {
			return out
		}
		if i+1 < len(f.Pieces) && f.Pieces[i+1].From == x {
			i++
		}
		if j+1 < len(g.Pieces) && g.Pieces[j+1].From == x {
			j++
		}
	}
}

// add appends a piece, or lets the last one go on where it is the same line.
func add(out []Piece, p Piece) []Piece {
	if n := len(out); n > 0 && out[n-1].Slope == p.Slope && out[n-1].at(p.From) == p.Value {
		return out
	}
	return append(out, p)
}

// greatest and least are the pointwise maximum and minimum.
func greatest(f, g Function) Function { return extreme(f, g, 1) }
func least(f, g Function) Function    { return extreme(f, g, -1) }

func extreme(f, g Function, sign int64) Function {
	if f.isConstant() && g.isConstant() {
		if sign*int64(f.Pieces[0].Value-g.Pieces[0].Value) >= 0 {
			return f
		}
		return g
	}
	return combine(f, g, func(p, q Piece, to time.Duration, out []Piece) []Piece {
		// p leads where lead(x) = sign·(p − q) ≥ 0.
		lead, slope := sign*int64(p.Value-q.Value), sign*(p.Slope-q.Slope)
		if lead < 0 || lead == 0 && slope < 0 {
			p, q, lead, slope = q, p, -lead, -slope
		}
		out = add(out, p)
		if slope >= 0 {
			return out
		}
		cross := p.From + time.Duration((lead-slope-1)/-slope) // the first with lead ≤ 0
		if cross > to {
			return out
		}
		return add(out, Piece{cross, q.at(cross), q.Slope})
	})
}

// plus and minus are the pointwise sum and difference.
func plus(f, g Function) Function {
	return combine(f, g, func(p, q Piece, _ time.Duration, out []Piece) []Piece {
		return add(out, Piece{p.From, p.Value + q.Value, p.Slope + q.Slope})
	})
}

func minus(f, g Function) Function {
	return combine(f, g, func(p, q Piece, _ time.Duration, out []Piece) []Piece {
		return add(out, Piece{p.From, p.Value - q.Value, p.Slope - q.Slope})
	})
}
