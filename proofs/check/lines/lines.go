// Package lines reads certificates: lines of a letter and numbers.
package lines

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// Reader reads a certificate line by line.
type Reader struct {
	*bufio.Scanner        // its Text is the line as it stands
	Line           int    // counted from 1
	Letter         string // empty after the last line; the whole word if it is none of a certificate
	X              []int
}

// New returns a reader before the first line.
func New(in io.Reader) *Reader {
	r := &Reader{Scanner: bufio.NewScanner(in)}
	r.Buffer(nil, 64<<20)
	return r
}

// Next reads a line, if there is one. A dash is [math.MaxInt64].
func (r *Reader) Next() bool {
	r.Letter, r.X = "", nil
	if !r.Scan() {
		return false
	}
	r.Line++
	for i, word := range strings.Fields(r.Text()) {
		n, err := strconv.Atoi(word)
		if word == "-" {
			n, err = math.MaxInt64, nil
		}
		if i == 0 || err != nil {
			r.Letter = word
		} else {
			r.X = append(r.X, n)
		}
	}
	return true
}
