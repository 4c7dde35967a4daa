package diag

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// maxCandidates and maxName bound the work for one suggestion.
const (
	maxCandidates = 5000
	maxName       = 100
)

// Nearest returns the candidate that name was most probably meant to be, or ""
// if none is near: at most a third of the name's characters (and at least one)
// differ, not counting case. Two letters that are swapped differ in one.
func Nearest(name string, candidates []string) string {
	n := utf8.RuneCountInString(name)
	if n > maxName || len(candidates) > maxCandidates {
		return ""
	}
	best, least := "", max(1, n/3)+1
	folded := strings.ToLower(name)
	for _, c := range candidates {
		if m := utf8.RuneCountInString(c); c == name || m-n >= least || n-m >= least {
			continue
		}
		d := levenshtein.ComputeDistance(folded, strings.ToLower(c))
		if swapped(folded, strings.ToLower(c)) {
			d = 1
		}
		if d < least || d == least && best != "" && len(c) == len(name) && len(best) != len(name) {
			best, least = c, d
		}
	}
	return best
}

// swapped says whether two names differ in the order of two neighbouring bytes.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

// DidYouMean is the sentence that suggests the [Nearest] candidate, or lists the
// candidates where they are few, or is empty.
func DidYouMean(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return "did you mean " + near + "?"
	}
	const few = 8
	switch {
	case len(candidates) == 0 || len(candidates) > few:
		return ""
	case len(candidates) == 1:
		return "there is only " + candidates[0]
	}
	return "there are " + strings.Join(candidates, ", ")
}
