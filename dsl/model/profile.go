package model

import "time"

// ProfileKind names an executor profile.
type ProfileKind uint8

const (
	// Ideal: a fact that becomes true on one node is known on another after the
	// latency between them; everything local takes no time.
	Ideal ProfileKind = iota
	// Polling is Ballet as run: one loop per node that looks at remote facts
	// from time to time (SEMANTICS.md, section 5).
	Polling
	// Pushing: a node sends a message to each node that asks for a fact when the
	// fact changes, and acts at once on what it receives.
	Pushing
	// Brokered: a node sends a message to a broker when a fact changes; each node
	// reads the broker from time to time, and acts at once on what it reads.
	Brokered
	// Concertod is the asynchronous runtime of Concerto-D: as Brokered, and waking a node up
	// takes time; and a node whose window is over falls asleep as soon as its last
	// transition has ended, before the place that this leads to is entered
	// (SEMANTICS.md, section 8).
	Concertod
)

// String is the word that the language uses: "ideal", "ballet", "push", "broker" or
// "concertod-async".
func (k ProfileKind) String() string {
	return [...]string{"ideal", "ballet", "push", "broker", "concertod-async"}[k]
}

// Brokers says whether facts go through a broker.
func (k ProfileKind) Brokers() bool { return k == Brokered || k == Concertod }

// Has says whether executors of the kind have a setting of the language.
func (k ProfileKind) Has(setting string) bool {
	switch setting {
	case "latency", "start":
		return true
	case "poll":
		return k == Polling || k.Brokers()
	case "pass":
		return k == Polling || k == Concertod
	case "session":
		return k == Concertod
	case "busy", "exchanges":
		return k == Polling
	case "host":
		return k.Brokers()
	}
	return k != Ideal
}

// Profile is the executor profile: what the executor itself adds to the time
// that a reconfiguration takes (SEMANTICS.md, section 5). For [Ideal] all
// delays are zero.
type Profile struct {
	Kind ProfileKind
	// Name is what a profile of the user's own is called; "" for one of the
	// standard profiles.
	Name string
	// Poll is the sleep of a node's loop after a pass in which nothing moved and
	// no local transition runs. With a broker it is the time from the end of a
	// reading to the next.
	Poll Delay
	// Request is one look at one remote fact, or one message to a node or a
	// broker, or one reading of a broker, without the latency of the network: what
	// the two ends take for it. Busy is the same for a look where the peer runs a
	// transition and looks at nobody: it computes without a pause then, and answers
	// late, at the latest when it pauses. Several that look at once share its answers
	// (Shared).
	Request, Busy Delay
	// Exchanges is how many requests with their answers a look consists of, one
	// after the other. Only Polling has looks.
	Exchanges int
	// Setup is how often a message travels there and back to set up a connection,
	// before each request and each message: 0 where connections are kept, 1 for
	// TCP.
	Setup int
	// Step is a local step: from the end of a transition to the start of what
	// follows it in the same component.
	Step Delay
	// Pass is one pass of a node's loop without any look: what lies between the
	// begin of a behaviour and its first departures; with Concertod also between the end
	// of one and the program's taking note of it.
	Pass Delay
	// Session is what a node that has woken up takes to open its session with the
	// broker: only then does anything happen on it but the start of its program. Of
	// Concertod only.
	Session Delay
	// Overhead and Drift are what a transition lasts beyond its nominal duration:
	// once, and for each second of that duration.
	Overhead, Drift Delay
}

// String is the word that stands for the profile in the language.
func (p *Profile) String() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Kind.String()
}

// Asynchronous says whether facts are stored on their way until the node that
// they are for takes note of them, so that nodes may sleep. Only the ballet profile
// is synchronous: a look needs both nodes awake at once.
func (p *Profile) Asynchronous() bool { return p.Kind != Polling }

// RoundTrips is how often one look crosses the network there and back.
func (p *Profile) RoundTrips() int { return p.Exchanges * (p.Setup + 1) }

// Shared is how long a look at a computing node lasts that would last so long
// alone, while that many other nodes look at the same node: they share what it lets
// its server compute. Each adds 65 % (analysis/calibrate/README.md).
func (p *Profile) Shared(alone time.Duration, others int) time.Duration {
	return alone + alone/100*65*time.Duration(others)
}

// Look bounds one look at one remote fact, whatever the peer does, if nobody else
// looks at it.
func (p *Profile) Look() Delay {
	return Interval(min(p.Request.Lo, p.Busy.Lo), max(p.Request.Hi, p.Busy.Hi))
}

// Lasting is how long a transition of the given nominal duration lasts, for one
// value of the overhead and one of the drift.
func Lasting(nominal, overhead, drift time.Duration) time.Duration {
	return nominal + overhead + nominal/time.Millisecond*drift/1000
}

// Lasts is how long a transition of the given nominal duration lasts: the delay
// itself where the profile adds nothing, otherwise an interval.
func (p *Profile) Lasts(nominal Delay) Delay {
	if p.Overhead.Hi == 0 && p.Drift.Hi == 0 {
		return nominal
	}
	return Interval(Lasting(nominal.Lo, p.Overhead.Lo, p.Drift.Lo), Lasting(nominal.Hi, p.Overhead.Hi, p.Drift.Hi))
}

// DefaultBallet is the ballet profile with the defaults that dsl/README.md
// documents. The step has mean and deviation of the 1,840 steps of the published
// runs that ask no other node (12.3 and 4.0 ms). Busy does not hold all that was
// measured: a peer that runs a transition and looks at nobody meanwhile answers in
// 50 ms, and five observers in 190 ms (analysis/calibrate/README.md). It answers
// fast again as soon as its transitions have ended, which is what is waited for.
func DefaultBallet() Profile {
	return Profile{
		Kind:      Polling,
		Poll:      Constant(300 * ms),
		Request:   Delay{Kind: Normal, Lo: 2 * ms, Hi: 10 * ms, A: 5 * ms, B: ms},
		Busy:      Delay{Kind: Normal, Lo: 10 * ms, Hi: 60 * ms, A: 54600 * time.Microsecond, B: 1250 * time.Microsecond},
		Exchanges: 2, // HEAD and GET
		Setup:     1,
		Step:      Delay{Kind: Normal, Hi: 40 * ms, A: 12 * ms, B: 4 * ms},
		Pass:      Interval(0, 5*ms),
		Overhead:  Interval(0, 90*ms),
		Drift:     Interval(0, 800*time.Microsecond),
	}
}

// DefaultProfile is the standard profile of a kind, with the defaults that
// dsl/README.md documents. What push and broker have in common with Ballet is the
// same: what a transition lasts beyond its duration. A message is half of
// Ballet's look, which is two requests, and connections are kept; a step is one
// pass of Ballet's loop without a look; a broker is read as often as Ballet looks.
func DefaultProfile(kind ProfileKind) Profile {
	ballet := DefaultBallet()
	switch kind {
	case Ideal:
		return Profile{}
	case Polling:
		return ballet
	}
	p := Profile{
		Kind: kind, Request: Interval(ballet.Request.Lo/2, ballet.Request.Hi/2),
		Step: ballet.Pass, Overhead: ballet.Overhead, Drift: ballet.Drift,
	}
	switch kind {
	case Brokered:
		p.Poll = ballet.Poll
	case Concertod: // as measured in the runs with nodes that sleep (analysis/validate/README.md)
		p.Poll, p.Request = Constant(50*ms), Interval(0, 20*ms)
		p.Step = Delay{Kind: Normal, Lo: 50 * ms, Hi: 73 * ms, A: 51 * ms, B: 3 * ms}
		p.Pass = Delay{Kind: Normal, Hi: 115 * ms, A: 53 * ms, B: 2 * ms}
		p.Session = Delay{Kind: Normal, Lo: 705 * ms, Hi: 740 * ms, A: 719 * ms, B: 5 * ms}
		p.Overhead, p.Drift = Interval(5*ms, 80*ms), Delay{}
	}
	return p
}

// DefaultStart is the start of a node in the ballet profile unless a network
// says otherwise. The nodes are started one after another: in the published runs
// the last of n nodes starts at most 18 ms·n after the first, 30 ms·n allows for
// more. They are started at one pace in a run, 3 to 18 ms from one to the next in the
// published ones: in an execution each starts anywhere up to n times the pace that
// the factor stands for.
func DefaultStart(nodes int) Delay {
	d := Interval(0, time.Duration(nodes)*30*ms)
	d.Factor = startPace
	return d
}

// startPace is the factor that the starts of nodes have in common.
var startPace = &Factor{Name: "pace of starts", Share: 1}
