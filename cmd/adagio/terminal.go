package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal returns the width of the terminal that w writes to, 0 where it is
// none, and whether it is to be coloured: as --color says, or if it is a terminal and
// nothing in the environment is against it (see https://no-color.org).
func (a *app) terminal(w io.Writer) (width int, color bool) {
	width, color = terminal(w)
	switch a.color {
	case "always":
		color = true
	case "never":
		color = false
	}
	return width, color
}

func terminal(w io.Writer) (width int, color bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return width, os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
