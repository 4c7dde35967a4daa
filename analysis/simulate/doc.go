// Package simulate runs a scenario event by event, rule by rule, as
// dsl/SEMANTICS.md tells it. It knows nothing of nets: it is the independent
// witness that the bounds of package analysis are checked against, and it
// samples what no bound can say.
//
//	trace, err := simulate.Run(scenario, simulate.Options{Sampler: simulate.Hi})
//	if err != nil { … }
//	if trace.Outcome == simulate.Deadlock {
//		for _, w := range trace.Waits { fmt.Println(w.Text(scenario)) }
//	}
//	fmt.Println(trace.Makespan, trace.Components[0].Firings[0].Start)
//
//	simulate.Replicate(scenario, 10_000, 0, seed, func(i int, t *simulate.Trace) { … })
//
// One state machine per component (component.go) holds the rules of section 2.
// Two drivers move the machines and the programs:
//
//   - the ideal driver (ideal.go): nodes act at once on what they know; facts
//     about other nodes arrive as messages, as [model.Ideal], [model.Pushing] or
//     [model.Brokered] carries them (carrier.go);
//   - the polling driver (polling.go) for [model.Polling]: one loop per node,
//     passes, looks and sleeps, as the Python runtime does.
//
// On a platform messages are flows that share its links (flows.go), in both drivers:
// each has a size that is drawn, and arrives when the network model says so, with
// all that is under way beside it. Elsewhere their delays are drawn.
//
// The reading of a program, [model.Ballet] or [model.ConcertoD], is independent
// of the driver.
//
// # Choices where SEMANTICS.md leaves room
//
// Instants (ideal). At one date everything that arrives is applied before
// anything is read. Then each node runs to quiescence in three priorities: first
// all that asks nothing of another component, the program included; then
// departures that other components let go, all that are possible at once together;
// then entries and starts that other components serve. So a condition that goes off
// at a date is off for every reader of that date, and what holds only inside the
// instant is seen by nobody. A program that goes on reads the state that it goes on
// in: the effect of a push is not visible to a disconnect of the same instant.
//
// Knowledge (ideal). Each fact (port active, port refusing, port in use,
// component idle, node all idle, ends of a behaviour) travels alone; messages of
// one fact to one node arrive in order, messages of different facts need not.
//
// Messages. A node that starts says hello to those that it asks (push), or begins
// to read the broker (broker), whether or not they have something to tell. A broker
// serves at once, and is there from the beginning. An observer knows nothing of a
// fact before that: it takes a port for inactive, in use, and willing; under
// ConcertoD, where an inactive provider refuses, for refusing.
//
// Sleep. A node is awake in its windows and while one of its transitions runs, a
// step after one, or a reading of the broker, the instant of its end included. All
// else that comes for it waits for its next window: the start of its program, the end
// of a pause, a fact, the hello of another node (which is answered then), and the
// begin of a reading: a node that was to read while it slept does so when it wakes
// up. The broker never sleeps. A message that has been sent goes its way while its
// sender sleeps.
//
// Looking asleep (ballet). A loop sleeps between two passes, when its window is over and
// no transition runs. Nobody answers meanwhile; who looks takes the last answer that its
// node had. A node whose program is done answers in its windows.
// An execution is over once every loop has gone a whole turn for nothing in which all that
// it asked answered, if they ever will: falling asleep and waking up change no answer. A node
// that is asked in vain in 300 of its windows while nothing else happens is taken not to answer.
//
// Waking up (concertod-async). What a boot and a session take is drawn for each window,
// when the node is first asked for after it has fallen asleep: what is under way is then
// what was so at that moment. In an execution something waits for the first window
// that is not over. A step, a pass, and what the program takes note of keep no node awake.
//
// Messages on a platform. The sizes are drawn evenly, in whole bytes. What two ends
// take for a message (Request, Busy) comes first; then its connection is set up, and it is
// sent, one message after another. Dates are rounded to the nearest nanosecond. In the
// ideal profile a message has no size and takes its latency alone. A latency that the
// scenario gives in place of the platform's is drawn. With the samplers Lo and Hi
// messages take their static least and greatest delays.
//
// Ports. A use port with several providers is served by one of them and must be
// refused by none. Under ConcertoD an inactive provider refuses, so all must be
// active. Under ConcertoD all places and groups of a port form one group; a port
// bound to a transition is in use while it runs, though it does not gate its
// start. Any entry into a bound place, or that activates a
// bound group, ends refusing.
//
// Components that do not exist are not idle (a wait for one blocks), provide and
// use nothing; a push to one is kept until it is added; adding one that exists
// and deleting one that does not have no effect. What a component has kept of earlier
// plans ([model.Past]) goes with it when it is deleted.
//
// Groups by moves. A group begins when one of its places is entered and no transition
// of the dock set lies inside it, if it is not active; it ends when one of its places
// is left by transitions of which none lies inside. Other moves are not counted.
//
// # The rules of the runtime
//
// What [model.Rules] has is as the logs of 182 small scenarios on the real runtime show
// it (conformance_test.go), some of it by what hangs and when:
//
// Questions. A node asks another whether a port is active, refusing or in use, whether
// a component is idle (a remote wait), and whether the node is (a wait all). Each is one
// look. With Exits a node remembers the last answer to each question, which counts once
// the other's process is gone; it remembers nothing of an earlier plan.
//
// Wait all. Once its own components are idle a node asks all its neighbours, in each
// turn all of them, one after the other. It goes on when all of them have answered idle
// in one turn and as many nodes have confirmed as it has neighbours: no fewer, and no
// more, for the runtime compares two numbers. A node confirms when it asks whether this node, or
// by a remote wait whether one of its components, is idle, and is told so, whether or
// not the rest of the node is idle. All confirmations are forgotten when a wait all
// returns. So it returns late if a neighbour does not ask (it pauses, or waits for its own
// components only), and never if a node that is no neighbour has waited for one of its
// components besides all neighbours, if a neighbour exits after a remote wait has confirmed it and before it
// has been seen idle, or if this node had a wait all in the middle of its program and the
// neighbour asked during that for the last time.
//
// Neighbours are the nodes at the other end of connections, whichever side makes them,
// and whether or not they have been removed. A node without any closes when it is idle.
//
// Exits. The closing wait all is run where a rule makes it matter. After it the process is
// gone: it computes and answers no more, and its transitions have ended.
//
// Failures. Where an instruction fails, the process is gone with its transitions. In the
// ideal driver, too; what it has sent has been sent. Asking whether a deleted component
// provides fails, where its node is there to answer; asking whether it refuses or uses is
// answered no. Providers of one port are asked in any order until one is active.
//
// Behaviours. One that ends hands over to the next in the same pass; after a pass in which
// nothing moves the loop sleeps, so that behaviours that do nothing at the end of a queue
// cost one sleep together, and none before one that moves.
//
// Waits. Under ConcertoD a remote "wait c b" is for the k-th end of b where it
// is the k-th such wait of its node; a local one is for the last b pushed by
// then. Disconnect under ConcertoD blocks until this node's sides are unused; the
// rendez-vous of the two nodes is not modelled.
//
// Polling. A look lasts one Request and two round trips on the wire. Its requests take
// equally long, and its answer is what holds when the last of them arrives: HEAD asks
// whether the peer is there, GET what holds. At a peer that runs a
// transition and computes without a pause a look lasts Busy, but at most until the
// peer pauses (sleeps, or looks itself) and one Request more: the published delays
// between nodes have two modes only so, see README.md. A loop is: condition
// of the wait (with its look, as conformance case h27 shows), pass, sleep if
// nothing moved. In a pass a component sees what those before it in the pass have
// done, even if the program undoes it in the same instant. The Step is the time from the
// notice of a transition's end to the moment that its input dock can be emptied.
// The end of a firing is when its thread ends, as Ballet logs it, though a pass may
// notice it later. Of the three looks
// for an unserved port on a group only the first counts. Without Confirmations a
// wait all pays one Poll, or none, once its node is idle and before its first look: an
// even draw.
// A disconnect on the provider's side is one look. A look at a peer that has
// not started lasts as long as any other. With Poll and Request both zero a node
// looks whenever anything changes.
package simulate
