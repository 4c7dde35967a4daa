package dsl

// PlatformStmt is one statement about the platform of a network: one of the
// fields is set, Body together with For or Zone.
type PlatformStmt struct {
	Import *Name
	Hosts  []HostDecl
	Router []Ref
	Link   *LinkDecl
	Route  *RouteDecl
	Node   *NodeOn
	Flow   *FlowSetting
	Zone   *ZoneDecl
	For    *For
	Body   []PlatformStmt
	Span
}

// HostDecl is one host of `host a, b { speed 1Gf; … }`.
type HostDecl struct {
	Ref
	Props []HostProp
}

// HostProp is `name value` in a host.
type HostProp struct{ Key, Value Name }

// LinkDecl is `link name 1Gbps 10ms splitduplex`.
type LinkDecl struct {
	Ref
	Bandwidth, Latency, Sharing Name // the latter two may be empty
}

// RouteDecl is `route a at g -> b at h over l up, …`.
type RouteDecl struct {
	From, To     *Ref // nil for all
	GwFrom, GwTo *Ref // nil where there is none
	Both         bool
	Hops         []HopDecl
	Span
}

// HopDecl is a link on a route, with the direction "up", "down" or "".
type HopDecl struct {
	Link      Ref
	Direction string
}

// NodeOn is `node name on host`.
type NodeOn struct{ Node, Host Ref }

// FlowSetting is `flow name number`.
type FlowSetting struct{ Name, Value Name }

// ZoneDecl is `zone name routing { … }`.
type ZoneDecl struct {
	Ref
	Routing Name
}
