package component

import (
	"encoding/binary"
	"sync"

	"adagio/dsl/model"
)

// Cache keeps the state spaces of components from one compilation to the next:
// many plans of one model let most components live alike. The zero value is empty
// and ready.
type Cache struct {
	mu    sync.Mutex
	known map[spaceKey]*Space
}

type spaceKey struct {
	t              *model.Type
	rules          Rules
	added, deleted bool
	rest           string // what else New is told
}

// written writes down some lists of numbers, different ones differently.
func written(lists ...[]int) string {
	var out []byte
	for _, list := range lists {
		out = binary.AppendUvarint(out, uint64(len(list)))
		for _, n := range list {
			out = binary.AppendUvarint(out, uint64(n))
		}
	}
	return string(out)
}

// maxSpaces bounds the state spaces that are kept.
const maxSpaces = 10_000

// Of returns the state space of a component, see New.
func (l *Cache) Of(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int) (*Space, error) {
	lists := append([][]int{active, past.Provided, past.Refusing, past.Ended, past.Doubled, ports, remote}, c.Pushes...)
	key := spaceKey{t, r, active == nil, c.Deleted, written(lists...)}
	l.mu.Lock()
	known := l.known[key]
	l.mu.Unlock()
	if known != nil {
		return known, nil
	}
	fresh, err := New(t, r, active, past, c, ports, remote)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil || len(l.known) >= maxSpaces {
		l.known = map[spaceKey]*Space{}
	}
	l.known[key] = fresh
	return fresh, nil
}
