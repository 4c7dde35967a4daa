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

// Rule is one field of [Rules] in words.
type Rule struct {
	// Name is the setting of the language: "exits".
	Name string
	// Text is what the runtime does: a clause, for reports.
	Text string
	// Defect: the runtime does not mean to do so.
	Defect bool
	// In is the field.
	In func(*Rules) *bool
}

// AllRules lists the rules in the order of [Rules].
var AllRules = [...]Rule{
	{"exits", "a node's process ends after its closing wait all, and others go on with the last value that they saw of it", true,
		func(r *Rules) *bool { return &r.Exits }},
	{"confirmations", "wait all returns only when every neighbour has asked this node while it was idle", true,
		func(r *Rules) *bool { return &r.Confirmations }},
	{"data_stays", "a data provide port that was active once stays active", false,
		func(r *Rules) *bool { return &r.DataStays }},
	{"groups_by_moves", "a group ends when any of its places is left to outside, whatever else of it is active", true,
		func(r *Rules) *bool { return &r.GroupsByMoves }},
	{"dock_sets_together", "two dock sets of a place that are full in one pass are emptied together, and its use ports taken twice", true,
		func(r *Rules) *bool { return &r.DockSetsTogether }},
	{"fails", "an instruction that cannot be executed ends the node's process", false,
		func(r *Rules) *bool { return &r.Fails }},
}

// IsOf says whether executors of the kind have the rule, under [Ballet]: what
// components do by themselves is the same under every executor, processes that end
// and confirmations are the synchronous executor's.
func (r Rule) IsOf(kind ProfileKind) bool {
	all := RulesOf(Ballet, kind)
	return *r.In(&all)
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
