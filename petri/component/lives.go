package component

import (
	"fmt"
	"sync"

	"adagio/dsl/model"
)

// Lives keeps what components do under a plan from one compilation to the next:
// many plans of one model let most components live alike. The zero value is empty
// and ready.
type Lives struct {
	mu    sync.Mutex
	known map[lifeKey]*Life
}

type lifeKey struct {
	t     *model.Type
	rules Rules
	added bool
	rest  string // what else newLife is told
}

// maxLives bounds the lives that are kept.
const maxLives = 10_000

// Of returns the life of a component, see newLife.
func (l *Lives) Of(t *model.Type, r Rules, active []int, past model.Past, c Course, ports, remote []int) (*Life, error) {
	key := lifeKey{t, r, active == nil, fmt.Sprint(active, past, c, ports, remote)}
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
	if l.known == nil || len(l.known) >= maxLives {
		l.known = map[lifeKey]*Life{}
	}
	l.known[key] = fresh
	return fresh, nil
}
