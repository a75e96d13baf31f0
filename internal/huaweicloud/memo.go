package huaweicloud

import (
	"context"
	"errors"
	"sync"
)

// A memo remembers what was found for a key, and lets those who ask at the same
// time share one search. A failed search is shared by those who wait for it and
// then forgotten. The zero memo is empty.
type memo[V any] struct {
	mu      sync.Mutex
	entries map[string]*entry[V]
}

type entry[V any] struct {
	done      chan struct{} // closed when the rest is set
	value     V
	err       error
	abandoned bool // its time was up, or would have been, which is nobody else's failure
}

// get gives the value of a key: the remembered one as long as it is fresh, else
// what find finds. It returns when the context ends.
func (m *memo[V]) get(ctx context.Context, key string, fresh func(V) bool, find func(context.Context) (V, error)) (V, error) {
	for {
		e, mine := m.entry(key)
		if mine {
			e.value, e.err = find(ctx)
			e.abandoned = e.err != nil && (ctx.Err() != nil || errors.Is(e.err, context.DeadlineExceeded))
			if e.err != nil {
				m.forget(key, e)
			}
			close(e.done)
			return e.value, e.err
		}
		select {
		case <-e.done:
		case <-ctx.Done():
			var none V
			return none, ctx.Err()
		}
		switch {
		case e.err == nil && fresh(e.value):
			return e.value, nil
		case e.err == nil:
			m.forget(key, e)
		case !e.abandoned:
			return e.value, e.err
		}
	}
}

// entry is the key's entry, and whether the caller has to fill it.
func (m *memo[V]) entry(key string) (e *entry[V], mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.entries[key]; ok {
		return e, false
	}
	e = &entry[V]{done: make(chan struct{})}
	if m.entries == nil {
		m.entries = map[string]*entry[V]{}
	}
	m.entries[key] = e
	return e, true
}

// forget removes an entry, unless another has taken its place.
func (m *memo[V]) forget(key string, e *entry[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries[key] == e {
		delete(m.entries, key)
	}
}
