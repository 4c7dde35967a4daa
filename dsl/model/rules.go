package model

// Rules are the ways of the Python runtime that its formal model does not have,
// each of which a scenario can switch off. The zero value has none of them.
// Package dsl switches on those that belong to the semantics and the executor of a
// scenario, unless its text says otherwise.
type Rules struct {
	// Exits: after its program a node executes a closing "wait all" and its process
	// then ends. A peer that looks at it from then on sees the last value that it
	// saw for the same question in this phase; where it saw none, a provider is
	// inactive, a user is in use, a component is not idle, nothing is refused.
	// Off: nodes linger, and answer for ever.
	Exits bool
	// Confirmations: "wait all" returns only when every neighbour has asked this
	// node while it was idle, besides having answered that it is idle itself.
	Confirmations bool
	// DataStays: a data provide port that was active once never becomes inactive.
	DataStays bool
	// GroupsByMoves: a group ends when any of its places is left to outside, however
	// many other elements of it are active. Off: when its last element is left.
	GroupsByMoves bool
	// DockSetsTogether: two dock sets of one place that are full in the same pass are
	// emptied together, and the use ports that the place needs are taken once for
	// each. Off: the first one enters the place, the other waits until it is left.
	DockSetsTogether bool
	// Fails: an instruction that the runtime cannot execute ends the node's process:
	// deleting a component that is active or connected, making a connection that is
	// there, removing one that is not.
	Fails bool
}

// RulesOf returns the rules that the runtime has with the given semantics and kind
// of executor. What components do by themselves is the same under every executor;
// processes that end and confirmations belong to the synchronous one.
func RulesOf(semantics Semantics, kind ProfileKind) Rules {
	if semantics != Ballet {
		return Rules{}
	}
	synchronous := kind == Polling
	return Rules{
		Exits: synchronous, Confirmations: synchronous,
		DataStays: true, GroupsByMoves: true, DockSetsTogether: true, Fails: true,
	}
}
