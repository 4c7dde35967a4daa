package dsl

// Awake is `awake node 60s every 3600s offset 120s` or `awake node 0s .. 60s, 1h
// .. 2h`: when a node is awake.
type Awake struct {
	Node          Ref
	Windows       []Interval
	Length, Every *Quantity // nil for a list of windows
	Offset        *Quantity // nil for 0s
	Span
}

// PowerDecl is `power node awake 2W computing 3W .. 5W sleeping 10mW`.
type PowerDecl struct {
	Node  Ref
	Parts []PowerPart
	Span
}

// PowerPart is what a node draws in a state: one value, or the least and the
// greatest.
type PowerPart struct {
	State  Name
	Values []Name
}
