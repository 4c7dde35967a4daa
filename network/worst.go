package network

// Load bounds what the messages of a scenario can ask of each link at once: for
// each link of a platform, the sum (on a fatpipe the greatest) over the messages
// that may be on it at the same time of factor / penalty (see [Usage], [Flow]).
type Load struct {
	p      *Platform
	onLink []float64
}

// NewLoad is the load of an idle platform.
func NewLoad(p *Platform) *Load { return &Load{p, make([]float64, len(p.Links))} }

// Add notes that a message may be under way beside all others.
func (l *Load) Add(f *Flow) {
	for _, u := range f.Use {
		l.raise(u.Link, u.Factor/f.Penalty, 1)
	}
}

// raise notes that so many equal messages may be on a link.
func (l *Load) raise(link int, by float64, count int) {
	switch {
	case count == 0:
	case l.p.Links[link].Sharing == Fatpipe:
		l.onLink[link] = max(l.onLink[link], by)
	default:
		l.onLink[link] += by * float64(count)
	}
}

// Worst is an upper bound of the time that a message takes, in seconds, whatever
// messages of the load are under way beside it and whenever they come and go. The
// load holds the message itself.
//
// Proof. Look at any instant at which the flow f uses bandwidth. Under max-min
// sharing f is at its bound, or it has a link that is full and on which no flow
// has a greater level, rate × penalty. In the second case let C be the bandwidth
// of that link, and a, w, x the factor, penalty and rate of the flows g on it. If
// the flows share the link,
//
//	C = Σ a(g)·x(g) = Σ a(g)/w(g) · x(g)·w(g) ≤ x(f)·w(f) · Σ a(g)/w(g)
//
// so x(f) ≥ C / (w(f)·Σ a(g)/w(g)), and the sum over the flows that are there is
// at most that over the flows that may be there. A fatpipe is full when C = a(g)·x(g)
// for one g, and the same holds with the maximum in place of the sum. Hence the
// least of these rates over the links of f, and of its bound, is reached at every
// instant.
func (m Model) Worst(f *Flow, load *Load, bytes float64) float64 {
	return m.worst(f, bytes, load.p, func(link int) float64 { return load.onLink[link] })
}

func (m Model) worst(f *Flow, bytes float64, p *Platform, load func(link int) float64) float64 {
	rate := f.Bound
	for _, u := range f.Use {
		// The load holds f itself; max keeps that true after rounding.
		rate = min(rate, p.Links[u.Link].Bandwidth/(f.Penalty*max(load(u.Link), u.Factor/f.Penalty)))
	}
	return f.Delay + transfer(bytes, m.BandwidthFactor*rate)
}
