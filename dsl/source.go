package dsl

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// MaxSource is the greatest size of a source file in bytes.
const MaxSource = 16 << 20

// byteOrderMark begins files that some programs on Windows write.
const byteOrderMark = "\uFEFF"

// ReadFile reads a source file, at most [MaxSource] bytes of it, without a byte
// order mark.
func ReadFile(path string) ([]byte, diag.List) {
	fail := func(summary, detail string, cause error) ([]byte, diag.List) {
		return nil, diag.List{{Summary: summary, Detail: detail, Subject: model.Pos{File: path}, Cause: cause}}
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fail("there is no such file", similarFile(path), err)
	}
	if err != nil {
		return fail("the file cannot be read: "+reason(err), "", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fail("this is a directory, not a file", "name a .ballet file in it", nil)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxSource+1))
	if err != nil {
		return fail("the file cannot be read: "+reason(err), "", err)
	}
	if len(text) > MaxSource {
		return fail(tooLarge, splitUp, nil)
	}
	return bytes.TrimPrefix(text, []byte(byteOrderMark)), nil
}

const splitUp = "split it in several files, or replicate with for instead of writing everything out"

var tooLarge = fmt.Sprintf("the file is larger than %d MiB", MaxSource>>20)

// reason is an error of the file system without the path, which the diagnostic
// has.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// checkText says why a text cannot be a source, or nothing.
func checkText(name string, text []byte) diag.List {
	if len(text) > MaxSource {
		return diag.List{{Summary: tooLarge, Detail: splitUp, Subject: model.Pos{File: name}}}
	}
	if utf8.Valid(text) {
		return nil
	}
	offset := 0
	for {
		r, n := utf8.DecodeRune(text[offset:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		offset += n
	}
	before := text[:offset]
	line := bytes.LastIndexByte(before, '\n') + 1
	return diag.List{{
		Summary: fmt.Sprintf("not UTF-8: byte 0x%02x at offset %d", text[offset], offset),
		Detail:  "save the file as UTF-8",
		Subject: model.Pos{File: name, Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[line:]) + 1},
	}}
}

// similarFile asks whether a file beside one that is not there was meant.
func similarFile(path string) string {
	dir, name := filepath.Split(path)
	entries, _ := os.ReadDir(cmp.Or(dir, "."))
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if near := diag.Nearest(name, names); near != "" {
		return "did you mean " + dir + near + "?"
	}
	return ""
}
