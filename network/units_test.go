package network

import "testing"

func TestUnits(t *testing.T) {
	tests := []struct {
		parse func(string) (float64, error)
		text  string
		want  float64
	}{
		{ParseBandwidth, "125MBps", 125e6}, {ParseBandwidth, "1Gbps", 125e6}, {ParseBandwidth, "8bps", 1},
		{ParseBandwidth, "1KiBps", 1024}, {ParseBandwidth, "2Mibps", 2 * 1024 * 1024 / 8}, {ParseBandwidth, "1e3kBps", 1e6}, {ParseBandwidth, "1EBps", 1e18},
		{ParseTime, "10ms", 0.01}, {ParseTime, "2m", 120}, {ParseTime, "0", 0}, {ParseTime, "1.5us", 1.5e-6}, {ParseTime, "1d", 86400},
		{ParseSize, "1500B", 1500}, {ParseSize, "1KiB", 1024}, {ParseSize, "8kb", 1000},
		{ParseSpeed, "1Gf", 1e9}, {ParseSpeed, "98.095Mf", 98.095e6}, {ParseSpeed, "2gigaflops", 2e9},
	}
	for _, test := range tests {
		if got, err := test.parse(test.text); err != nil || got/test.want > 1+1e-15 || got < test.want*(1-1e-15) {
			t.Errorf("%s: %v, %v, want %v", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{"", "fast", "10", "10 m/s", "1e999Bps", "0x10Bps", "--1Bps"} {
		if v, err := ParseBandwidth(text); err == nil {
			t.Errorf("%q is %v", text, v)
		}
	}
}

func TestRadicals(t *testing.T) {
	if got, err := ParseRadicals("0-2,7"); err != nil || len(got) != 4 || got[3] != 7 {
		t.Error(got, err)
	}
	for _, text := range []string{"", "a", "2-1", "-3", "0-9999999"} {
		if got, err := ParseRadicals(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
