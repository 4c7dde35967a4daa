package dsl

import (
	"strings"

	"adagio/dsl/diag"
)

// orNoModel returns what is wrong with a file: only the first of many mistakes
// where the file is no model at all.
func orNoModel(text []byte, list diag.List) diag.List {
	const few = 3
	isXML := strings.HasPrefix(strings.TrimSpace(string(text)), "<")
	if len(list) == 0 || len(list) <= few && !isXML || likeModel(string(text)) {
		return list
	}
	first := list[0]
	advice := "this does not look like a model; Ballet's own files (YAML, JSON, .concertod, Python) are read with adagio import"
	if isXML {
		advice = "this does not look like a model; a SimGrid platform is given with --platform FILE"
	}
	if first.Detail != "" {
		advice = first.Detail + "; " + advice
	}
	first.Detail = advice
	return diag.List{first}
}

// likeModel says whether a text begins with a declaration, or has one in at least
// half of the lines that begin without a blank.
func likeModel(text string) bool {
	lines, declared := 0, 0
	for line := range strings.Lines(strings.TrimPrefix(text, byteOrderMark)) {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") || strings.ContainsRune(" \t{}", rune(line[0])) {
			continue
		}
		lines++
		if fileBlock.words[line[:wordEnd(line)]] != nil {
			if declared++; lines == 1 {
				return true
			}
		}
	}
	return declared > 0 && 2*declared >= lines
}
