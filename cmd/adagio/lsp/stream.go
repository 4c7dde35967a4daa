package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"

	"adagio/dsl"

	"github.com/sourcegraph/jsonrpc2"
)

// maxMessage is the greatest length of a message: a source file in which every
// character is escaped, and something around it.
const maxMessage = 7 * dsl.MaxSource

// stream frames messages as the protocol does: a header with their length before
// each. It goes on after a message that is not JSON, and says so to the client.
type stream struct {
	in  *bufio.Reader
	out io.Writer
	mu  sync.Mutex // of out
}

// ReadObject reads the next message.
func (s *stream) ReadObject(v any) error {
	for {
		header, err := textproto.NewReader(s.in).ReadMIMEHeader()
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil || n < 0 || n > maxMessage {
			return fmt.Errorf("a message with the length %q", header.Get("Content-Length"))
		}
		text := make([]byte, n)
		if _, err := io.ReadFull(s.in, text); err != nil {
			return err
		}
		code := int64(jsonrpc2.CodeParseError)
		if json.Valid(text) {
			if err = json.Unmarshal(text, v); err == nil {
				return nil
			}
			code = jsonrpc2.CodeInvalidRequest
		} else {
			err = errors.New("the message is not JSON")
		}
		if err := s.WriteObject(map[string]any{"jsonrpc": "2.0", "id": nil, "error": jsonrpc2.Error{Code: code, Message: err.Error()}}); err != nil {
			return err
		}
	}
}

// WriteObject writes a message.
func (s *stream) WriteObject(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = fmt.Fprintf(s.out, "Content-Length: %d\r\n\r\n%s", len(text), text)
	return err
}

// Close leaves closing to those who opened.
func (s *stream) Close() error { return nil }
