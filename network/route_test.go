package network

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// inZone is a platform file with one zone of two hosts.
func inZone(routing, config, body string) string {
	return fmt.Sprintf(`<platform version="4.1"><config>%s</config><zone id="w" routing="%s">
  <host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>%s
</zone></platform>`, config, routing, body)
}

// TestRoutes: where something is missing in a platform, there is a route or none, as in
// SimGrid 3.32, and a message of 1500 bytes takes the time that it takes there.
func TestRoutes(t *testing.T) {
	link := `<link id="l" bandwidth="1MBps" latency="1ms"/>`
	there := link + `<route src="a" dst="b" symmetrical="NO"><link_ctn id="l"/></route>`
	quiet := `<prop id="network/crosstraffic" value="0"/>`
	const one, both = 0.01455639175257732, 0.014633711340206187 // without and with acknowledgements
	tests := []struct {
		name, text   string
		there, back  float64 // 0: no route
		acknowledged bool    // what is missing on the way there is the way back
	}{
		{"one way, full", inZone("Full", "", there), one, 0, false},
		{"one way, full, no cross-traffic", inZone("Full", quiet, there), one, 0, false},
		{"one way, floyd", inZone("Floyd", "", there), 0, 0, true},
		{"one way, floyd, no cross-traffic", inZone("Floyd", quiet, there), one, 0, false},
		{"one way, dijkstra", inZone("Dijkstra", "", there), 0, 0, true},
		{"one way, dijkstra, no cross-traffic", inZone("Dijkstra", quiet, there), one, 0, false},
		{"cluster zone without host links", inZone("Cluster", "", `<link id="l" bandwidth="5Mbps"/><backbone id="bb" bandwidth="1GBps" latency="1us"/>`), 0, 0, false},
		{"cluster zone, one host link", inZone("Cluster", quiet, link+`<host_link id="a" up="l" down="l"/>`), one, one, false},
		{"star, no links", inZone("Star", "", ""), 0, 0, false},
		{"full, no routes", inZone("Full", "", ""), 0, 0, false},
		{"none", inZone("None", "", ""), 0, 0, false},
		{"gateway without a route", `<platform version="4.1"><zone id="w" routing="Full">
			<zone id="z1" routing="Full"><host id="a" speed="1Gf"/><host id="a2" speed="1Gf"/><router id="r1"/></zone>
			<zone id="z2" routing="Full"><host id="b" speed="1Gf"/></zone>` + link + `
			<zoneRoute src="z1" dst="z2" gw_src="r1" gw_dst="b"><link_ctn id="l"/></zoneRoute></zone></platform>`, both, both, false},
		{"zones without a route", `<platform version="4.1"><zone id="w" routing="Full">
			<zone id="z1" routing="Full"><host id="a" speed="1Gf"/></zone><zone id="z2" routing="Full"><host id="b" speed="1Gf"/></zone></zone></platform>`, 0, 0, false},
		{"coordinates, hosts without links", `<platform version="4.1"><zone id="w" routing="Vivaldi">
			<host id="a" speed="1Gf" coordinates="1 2 3"/><host id="b" speed="1Gf" coordinates="2 2 3"/></zone></platform>`, 0, 0, false},
		{"coordinates, one peer", `<platform version="4.1"><config>` + quiet + `</config><zone id="w" routing="Vivaldi">
			<peer id="a" speed="1Gf" coordinates="0 0 0.5" bw_in="1MBps" bw_out="1MBps"/><host id="b" speed="1Gf" coordinates="0.3 0.4 0"/></zone></platform>`, one, one, false},
		{"no window", inZone("Full", `<prop id="network/TCP-gamma" value="-1"/>`, `<link id="l" bandwidth="1GBps" latency="100ms"/><route src="a" dst="b"><link_ctn id="l"/></route>`), 1.3010016237113404, 1.3010016237113404, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, list := ReadXML("p.xml", []byte(test.text))
			if p == nil {
				t.Fatal(list)
			}
			for i, want := range []float64{test.there, test.back} {
				r, err := p.Route(p.Host([]string{"a", "b"}[i]), p.Host([]string{"b", "a"}[i]))
				none, missing := errors.AsType[*NoRouteError](err)
				switch {
				case want == 0 && (!missing || i == 0 && none.Acknowledgements != test.acknowledged):
					t.Errorf("way %d: %v, %+v", i, r, none)
				case want > 0 && err != nil:
					t.Errorf("way %d: %v", i, err)
				case want > 0:
					if took := p.Model.Alone(p, r, 1500); took < want*(1-1e-12) || took > want*(1+1e-12) {
						t.Errorf("way %d: %v, want %v", i, took, want)
					}
				}
			}
		})
	}
}

// TestUnitless: a number without a unit is in SimGrid's standard unit.
func TestUnitless(t *testing.T) {
	p, list := ReadXML("p.xml", []byte(`<platform version="4.1"><cluster id="c" prefix="" suffix="" radical="0-1" speed="7,8" bw="1000" lat="2" limiter_link="3000" bb_bw="5000" bb_lat="0"/></platform>`))
	if p == nil || len(list) != 3 {
		t.Fatal(list)
	}
	if p.Links[0].Bandwidth != 5000 || p.Links[1].Bandwidth != 3000 || p.Links[2].Bandwidth != 1000 || p.Links[2].Latency != 2 || fmt.Sprint(p.Hosts[0].Speeds) != "[7 8]" {
		t.Errorf("%+v %+v", p.Links, p.Hosts)
	}
	if !strings.Contains(list[1].Summary, "1000 is read as 1000Bps") || !strings.HasSuffix(list[1].Detail, "and 2 more") {
		t.Errorf("%+v", list[1])
	}
}

// TestEncodings: a file is read in the encoding that it declares or begins with, and
// places in it are characters.
func TestEncodings(t *testing.T) {
	body := `<platform version="4.1"><zone id="w" routing="Full"><host id="café" speed="1Gf"/><hots/></zone></platform>`
	good := strings.Replace(body, "<hots/>", "", 1)
	latin, err := charmap.ISO8859_1.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy) func(string) string {
		return func(text string) string {
			out, err := unicode.UTF16(e, bom).NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	as := func(name string) string { return fmt.Sprintf("<?xml version='1.0' encoding='%s'?>\n", name) }
	plain := func(text string) string { return text }
	inLatin := func(text string) string { return strings.ReplaceAll(text, "é", "\xe9") }
	if inLatin(body) != latin {
		t.Fatal("not Latin-1")
	}
	for _, test := range []struct {
		name, head string
		encode     func(string) string
	}{
		{"UTF-8", as("UTF-8"), plain},
		{"UTF-8 with a mark", "\ufeff" + as("utf8"), plain},
		{"no declaration", "\n", plain},
		{"Latin-1", as("ISO-8859-1"), inLatin},
		{"Windows", as("windows-1252"), inLatin},
		{"UTF-16, little end first", as("UTF-16"), utf16(unicode.LittleEndian, unicode.UseBOM)},
		{"UTF-16, big end first", as("UTF-16"), utf16(unicode.BigEndian, unicode.UseBOM)},
		{"UTF-16 without a mark", as("UTF-16"), utf16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16 that is UTF-8", as("UTF-16"), plain},
		{"UTF-32", as("UTF-32"), func(text string) string {
			out, err := utf32.UTF32(utf32.BigEndian, utf32.UseBOM).NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := []byte(test.encode(test.head + good))
			p, list := ReadXML("p.xml", file)
			if p == nil || len(list) > 0 || p.Hosts[0].Name != "café" {
				t.Fatalf("%v, %v", p, list)
			}
			if !strings.Contains(SourceText(file), "café") {
				t.Error("the source has no café")
			}
			_, list = ReadXML("p.xml", []byte(test.encode(test.head+body)))
			if at := list[0].Subject; at.Line != 2 || at.Column != strings.Index(body, "hots")+1-1 { // é has two bytes
				t.Errorf("%v", at)
			}
		})
	}
	for text, want := range map[string]string{
		as("klingon") + good:        `the encoding "klingon" is not known`,
		inLatin(good):               "invalid UTF-8",
		as("UTF-8") + inLatin(good): "invalid UTF-8",
	} {
		if _, list := ReadXML("p.xml", []byte(text)); !strings.Contains(list.Error(), want) {
			t.Errorf("%q: %v", text, list)
		}
	}
}
