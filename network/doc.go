// Package network describes the platform that a scenario runs on, and tells how
// long a message takes on it.
//
// A [Platform] is hosts, routers and links in nested zones. Each zone routes
// between what it holds by its own rule ([Full], [Floyd], [Dijkstra], [Star]);
// between zones a route leads from gateway to gateway. The rules and the names
// are SimGrid's, so that its platform files are read as they are:
//
//	p, list := network.ReadXML("platform.xml", text)
//	if err := list.Err(); err != nil { … }
//	route, err := p.Route(p.Host("edge"), p.Host("cloud"))
//	alone := network.LV08().Alone(p, route, 1500) // seconds
//
// A message is a flow: it first pays the latency of its route, and then shares
// the links of the route with the other flows. [Model] holds the constants of
// SimGrid's default model, LV08; [MaxMin] shares the links; [Flows] follows
// flows that come and go; [Site] bounds what the flows of a scenario can do to
// one another, whatever their order.
//
// Lengths of time are in seconds and sizes in bytes, as float64, up to the
// border of the package, where a [Site] hands out delays in nanoseconds, rounded
// outwards.
package network
