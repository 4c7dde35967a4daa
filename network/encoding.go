package network

import (
	"bytes"
	"fmt"
	"regexp"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// SourceText is an XML file as UTF-8, which is what positions in it count. A file that
// cannot be decoded stays as it is.
func SourceText(file []byte) string {
	text, err := decode(file)
	if err != nil {
		return string(file)
	}
	return string(text)
}

var declaration = regexp.MustCompile(`^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']`)

// marks are how files begin that are not in an extension of ASCII: with a byte-order mark,
// or with the "<" of UTF-16 without one.
var marks = []struct {
	begin string
	from  encoding.Encoding
}{
	{"\xff\xfe\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
	{"\x00\x00\xfe\xff", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
	{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
	{"<\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{"\x00<", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
}

// decode returns an XML file as UTF-8, without a byte-order mark: the mark says what it
// is, and else the declaration.
func decode(file []byte) ([]byte, error) {
	if rest, ok := bytes.CutPrefix(file, []byte("\xef\xbb\xbf")); ok {
		return rest, nil
	}
	for _, m := range marks {
		if bytes.HasPrefix(file, []byte(m.begin)) {
			return m.from.NewDecoder().Bytes(file)
		}
	}
	said := declaration.FindSubmatch(file)
	if said == nil {
		return file, nil
	}
	from, err := htmlindex.Get(string(said[1]))
	if err != nil {
		return nil, fmt.Errorf("the encoding %q is not known: save the file as UTF-8", said[1])
	}
	switch name, _ := htmlindex.Name(from); name {
	case "utf-8", "utf-16le", "utf-16be":
		// As it is, so that what is not UTF-8 is reported. Could the declaration be read
		// as ASCII, then it is not in UTF-16, whatever it says.
		return file, nil
	}
	return from.NewDecoder().Bytes(file)
}
