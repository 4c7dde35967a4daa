// Package shards cuts a list of tasks into shards that are worked on apart, and puts what
// comes of them together.
//
//	shard, err := shards.Parse("3/8")
//	from, to := shard.Range(tasks)
//	err = shards.WriteFile("part-3.jsonl", header, func(emit func(any) error) error { … })
//	parts, err := shards.Read("part-1.jsonl", …, "part-8.jsonl")
//	for line := range parts.Records() { … }
//
// A part is a file of JSON lines: a header that says what command on what input it is a
// part of, a record for each piece of the answer, and a last line with their number and a
// digest. What a process that was killed has left is no part: the last line is missing.
package shards

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Schema is that of the header of a part.
const Schema = "adagio/part/1"

// Shard is the I-th of Of shards, from 1 on.
type Shard struct{ I, Of int }

// Parse reads "3/8".
func Parse(text string) (Shard, error) {
	a, b, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(a)
	of, err2 := strconv.Atoi(b)
	if !ok || err != nil || err2 != nil || i < 1 || i > of {
		return Shard{}, fmt.Errorf("%q is not a shard: write i/n with i from 1 to n, such as 3/8", text)
	}
	return Shard{i, of}, nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.I, s.Of) }

// Range is which of some tasks belong to the shard: from .. to-1. Sizes differ by one at
// most.
func (s Shard) Range(tasks int) (from, to int) {
	share := func(i int) int {
		return int(int64(tasks)/int64(s.Of)*int64(i)) + int(int64(tasks)%int64(s.Of)*int64(i)/int64(s.Of))
	}
	return share(s.I - 1), share(s.I)
}

// Header says what a part is a part of. Parts that are put together agree in all but the
// shard.
type Header struct {
	Schema  string   `json:"schema"`
	Version string   `json:"version"` // of the program
	Args    []string `json:"args"`    // of the command, without what concerns shards
	Input   string   `json:"input"`   // a digest of all that the command reads
	Tasks   int      `json:"tasks"`   // of all shards
	Shard   int      `json:"shard"`
	Of      int      `json:"of"`
}

// trailer is the last line of a part.
type trailer struct {
	Records int    `json:"records"`
	Digest  string `json:"sha256"` // of all lines before
}

// Write writes a part. The function hands over the records.
func Write(w io.Writer, h Header, records func(emit func(any) error) error) error {
	h.Schema = Schema
	digest := sha256.New()
	out := bufio.NewWriter(w)
	n := 0
	line := func(to io.Writer, v any) error {
		text, err := json.Marshal(v)
		if err == nil {
			_, err = to.Write(append(text, '\n'))
		}
		return err
	}
	all := io.MultiWriter(out, digest)
	if err := line(all, h); err != nil {
		return err
	}
	err := records(func(record any) error {
		n++
		return line(all, record)
	})
	if err != nil {
		return err
	}
	if err := line(out, trailer{n, hex.EncodeToString(digest.Sum(nil))}); err != nil {
		return err
	}
	return out.Flush()
}

// WriteFile writes a part to a file that is there only once it is complete.
func WriteFile(path string, h Header, records func(emit func(any) error) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = errors.Join(Write(f, h, records), f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Parts are all parts of one command.
type Parts struct {
	Header // the first part's
	lines  [][][]byte
}

// Records yields the records of all parts, in order.
func (p *Parts) Records() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, part := range p.lines {
			for _, line := range part {
				if !yield(line) {
					return
				}
			}
		}
	}
}

// MissingError lists the shards of a command that no part is there of.
type MissingError struct {
	Header
	Missing []int
}

func (e *MissingError) Error() string {
	var list []string
	for _, i := range e.Missing {
		list = append(list, Shard{i, e.Of}.String())
	}
	const few = 20
	if n := len(list) - few; n > 0 {
		list = append(list[:few], fmt.Sprintf("and %d more", n))
	}
	return "no part is complete of shard " + strings.Join(list, ", ")
}

// Read reads the parts of a command, in any order. A part that is there twice with the same
// content counts once. It fails with a [MissingError] if one is not there or was cut off,
// and if they are not parts of one command on one input by one version of the program.
func Read(paths ...string) (*Parts, error) {
	var all Parts
	sums := map[int]string{}
	names := map[int]string{}
	for _, path := range paths {
		h, lines, sum, err := readFile(path)
		if err != nil {
			return nil, err
		}
		if sum == "" {
			if all.Args == nil && h.Args != nil {
				all = Parts{h, make([][][]byte, h.Of)}
			}
			continue // cut off
		}
		if all.Args == nil {
			all = Parts{h, make([][][]byte, h.Of)}
		}
		if err := all.agrees(h); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if old, ok := sums[h.Shard]; ok && old != sum {
			return nil, fmt.Errorf("%s and %s are different parts of shard %d/%d", names[h.Shard], path, h.Shard, h.Of)
		}
		sums[h.Shard], names[h.Shard] = sum, path
		all.lines[h.Shard-1] = lines
	}
	missing := &MissingError{Header: all.Header}
	for i := range all.lines {
		if _, ok := sums[i+1]; !ok {
			missing.Missing = append(missing.Missing, i+1)
		}
	}
	if len(missing.Missing) > 0 {
		return nil, missing
	}
	if all.Args == nil {
		return nil, errors.New("no part is complete")
	}
	return &all, nil
}

// agrees says what a part has not in common with the first.
func (p *Parts) agrees(h Header) error {
	switch {
	case h.Version != p.Version:
		return fmt.Errorf("a part of %q, and others of %q", h.Version, p.Version)
	case !slices.Equal(h.Args, p.Args):
		return fmt.Errorf("a part of %q, and others of %q", strings.Join(h.Args, " "), strings.Join(p.Args, " "))
	case h.Input != p.Input:
		return errors.New("a part of another input than the others: a file has changed in between")
	case h.Of != p.Of || h.Tasks != p.Tasks:
		return fmt.Errorf("one of %d shards of %d tasks, and others of %d of %d", h.Of, h.Tasks, p.Of, p.Tasks)
	}
	return nil
}

// readFile reads a part; the sum is "" if it was cut off.
func readFile(path string) (h Header, lines [][]byte, sum string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return h, nil, "", err
	}
	rows := bytes.Split(text, []byte("\n"))
	if err := json.Unmarshal(rows[0], &h); err != nil && len(rows) > 1 || len(rows) > 1 && h.Schema != Schema {
		return h, nil, "", fmt.Errorf("%s is not a part of a result: its first line is not a header with schema %q", path, Schema)
	}
	if len(rows) == 1 { // not even the header is whole
		return Header{}, nil, "", nil
	}
	if h.Of < 1 || h.Shard < 1 || h.Shard > h.Of || h.Of > 1_000_000 || len(h.Args) == 0 {
		return h, nil, "", fmt.Errorf("%s: the header has no shard", path)
	}
	if len(rows) < 3 || len(rows[len(rows)-1]) > 0 {
		return h, nil, "", nil
	}
	last := rows[len(rows)-2]
	var t trailer
	digest := sha256.Sum256(text[:len(text)-len(last)-1])
	if json.Unmarshal(last, &t) != nil || t.Digest == "" {
		return h, nil, "", nil
	}
	if lines = rows[1 : len(rows)-2]; t.Records != len(lines) || t.Digest != hex.EncodeToString(digest[:]) {
		return h, nil, "", fmt.Errorf("%s was changed after it was written: its digest is another", path)
	}
	return h, lines, t.Digest, nil
}
