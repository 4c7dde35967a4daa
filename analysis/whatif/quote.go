package whatif

import (
	"slices"
	"strings"
)

// Names are written as [model.Quote] writes them: what is in double quotes is one
// name, whatever it has in it.

// pieces cuts a text at every separator outside of double quotes.
func pieces(text string, separators string) []string {
	var out []string
	begin, quoted, escaped := 0, false, false
	for i, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case !quoted && strings.ContainsRune(separators, c):
			out = append(out, text[begin:i])
			begin = i + 1
		}
	}
	return append(out, text[begin:])
}

// bare takes away the quotes of a text, with the escapes inside them.
func bare(text string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, c := range text {
		switch {
		case escaped:
			b.WriteRune(c)
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// split is [pieces] without quotes and the spaces around each.
func split(text string, separators string) []string {
	parts := pieces(text, separators)
	for i := range parts {
		parts[i] = bare(strings.TrimSpace(parts[i]))
	}
	return parts
}

// fields are the words of a text, still in their quotes.
func fields(text string) []string {
	return slices.DeleteFunc(pieces(text, " \t\r\n"), func(word string) bool { return word == "" })
}
