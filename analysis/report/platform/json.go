package platform

import "adagio/network"

// Document is what "adagio network show --format json" writes.
type Document struct {
	Schema   string          `json:"schema"` // "adagio/network/1"
	Platform string          `json:"platform"`
	Model    modelDocument   `json:"model"`
	Zones    []zoneDocument  `json:"zones"`
	Hosts    []hostDocument  `json:"hosts"`
	Routers  []string        `json:"routers"`
	Links    []linkDocument  `json:"links"`
	Routes   []routeDocument `json:"routes"`
	Delays   []delayDocument `json:"delays"`
}

// modelDocument holds the constants of the flow model.
type modelDocument struct {
	LatencyFactor   float64 `json:"latency_factor"`
	BandwidthFactor float64 `json:"bandwidth_factor"`
	GammaBytes      float64 `json:"gamma_bytes"`
	WeightBytes     float64 `json:"weight_bytes"`
	Crosstraffic    float64 `json:"crosstraffic"`
}

type zoneDocument struct {
	Name    string `json:"name"`
	Routing string `json:"routing"`
	Parent  int    `json:"parent"` // index of the zone around it, -1 for the root
}

type hostDocument struct {
	Name       string            `json:"name"`
	Zone       int               `json:"zone"`
	Speeds     []float64         `json:"speeds_flops"`
	Cores      int               `json:"cores"`
	Properties map[string]string `json:"properties"`
	Nodes      []string          `json:"nodes"` // of the plan, if there is one
}

type linkDocument struct {
	Name      string  `json:"name"`
	Bandwidth float64 `json:"bandwidth_bytes_per_s"`
	Latency   float64 `json:"latency_s"`
	Sharing   string  `json:"sharing"`
}

// routeDocument is the way from one host to another, by their indices. Without a
// route its numbers are null.
type routeDocument struct {
	From      int      `json:"from"`
	To        int      `json:"to"`
	Latency   *float64 `json:"latency_s"`
	Bandwidth *float64 `json:"bandwidth_bytes_per_s"` // of the narrowest link
	Bytes     float64  `json:"message_bytes"`
	Message   *float64 `json:"message_s"` // time of such a message alone
	Links     []string `json:"links"`
}

// delayDocument is the time of a message between two nodes of the plan, or one
// and the broker.
type delayDocument struct {
	From    string `json:"from"`
	To      string `json:"to"`
	LowerNS int64  `json:"lower_ns"`
	UpperNS int64  `json:"upper_ns"`
}

// Document makes the document of a platform.
func (v *View) Document() Document {
	p := v.Platform
	m := p.Model
	d := Document{
		Schema: "adagio/network/1", Platform: p.Name,
		Model:   modelDocument{m.LatencyFactor, m.BandwidthFactor, m.Gamma, m.Weight, m.Cross},
		Routers: append([]string{}, p.Routers...),
		Zones:   []zoneDocument{}, Hosts: []hostDocument{}, Links: []linkDocument{}, Routes: []routeDocument{}, Delays: []delayDocument{},
	}
	for _, z := range p.Zones() {
		d.Zones = append(d.Zones, zoneDocument{z.Name, z.Routing.String(), z.Parent})
	}
	for i, h := range p.Hosts {
		d.Hosts = append(d.Hosts, hostDocument{h.Name, p.ZoneOf(i), append([]float64{}, h.Speeds...), h.Cores, properties(h.Props), v.nodes(i)})
	}
	for _, l := range p.Links {
		d.Links = append(d.Links, linkDocument{l.Name, l.Bandwidth, l.Latency, l.Sharing.String()})
	}
	for _, x := range v.pairs {
		r := routeDocument{From: x.from, To: x.to, Bytes: v.Bytes, Links: v.links(x.route)}
		if x.missing == nil {
			bandwidth, message := v.bandwidth(x.route), m.Alone(p, x.route, v.Bytes)
			r.Latency, r.Bandwidth, r.Message = &x.route.Latency, &bandwidth, &message
		}
		d.Routes = append(d.Routes, r)
	}
	if v.Site != nil {
		for _, w := range v.ways() {
			d.Delays = append(d.Delays, delayDocument{w.from, w.to, int64(w.delay.Lo), int64(w.delay.Hi)})
		}
	}
	return d
}

func properties(props []network.Prop) map[string]string {
	out := map[string]string{}
	for _, x := range props {
		out[x.Key] = x.Value
	}
	return out
}
