package whatif

import (
	"slices"
	"strings"
)

// split cuts a text at every separator outside of double quotes, and takes the
// quotes away: a name in quotes may have anything in it, as in the language.
func split(text string, separators string) []string {
	var parts []string
	var part strings.Builder
	quoted := false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && strings.ContainsRune(separators, c):
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteRune(c)
		}
	}
	return append(parts, part.String())
}

// quote writes a name so that [split] leaves it whole.
func quote(name string) string {
	if strings.ContainsAny(name, " .=") {
		return `"` + name + `"`
	}
	return name
}

// fields are the words of a text.
func fields(text string) []string {
	return slices.DeleteFunc(split(text, " \t\r\n"), func(word string) bool { return word == "" })
}
