package credentials

import (
	"context"
	"sync"
	"time"
)

// A Group shares one run of a function among its callers. The run has a context of
// its own, so that one caller's timeout is not another's failure; it ends when the
// last caller has left. The zero Group is ready to use.
type Group[V any] struct {
	mu   sync.Mutex
	runs map[string]*run[V]
}

type run[V any] struct {
	done    chan struct{} // closed when value and err are set
	value   V
	err     error
	waiters int
	cancel  context.CancelFunc
}

// Do calls the function, or waits for the run of the same key that is under way.
// It returns when the context ends. A run takes at most the timeout.
func (g *Group[V]) Do(ctx context.Context, key string, timeout time.Duration, f func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	r := g.runs[key]
	if r == nil {
		r = g.start(ctx, key, timeout, f)
	}
	r.waiters++
	g.mu.Unlock()

	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.waiters--; r.waiters == 0 {
		r.cancel()
		g.forget(key, r)
	}
	var none V
	return none, context.Cause(ctx)
}

func (g *Group[V]) start(ctx context.Context, key string, timeout time.Duration, f func(context.Context) (V, error)) *run[V] {
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	r := &run[V]{done: make(chan struct{}), cancel: cancel}
	if g.runs == nil {
		g.runs = map[string]*run[V]{}
	}
	g.runs[key] = r
	go func() {
		defer cancel()
		r.value, r.err = f(detached)
		g.mu.Lock()
		g.forget(key, r)
		g.mu.Unlock()
		close(r.done)
	}()
	return r
}

// forget removes a run, unless another has taken its place.
func (g *Group[V]) forget(key string, r *run[V]) {
	if g.runs[key] == r {
		delete(g.runs, key)
	}
}

// A KeyedCache keeps the values that were found, by key. A failure is shared by the callers that
// wait for it and then forgotten. The zero KeyedCache is ready to use.
type KeyedCache[V any] struct {
	group  Group[V]
	mu     sync.Mutex
	values map[string]V
}

// Get returns the value of a key, which find finds at the first call.
func (m *KeyedCache[V]) Get(ctx context.Context, key string, find func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	value, ok := m.values[key]
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	return m.group.Do(ctx, key, retrievalTimeout, func(ctx context.Context) (V, error) {
		value, err := find(ctx)
		if err == nil {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.values == nil {
				m.values = map[string]V{}
			}
			m.values[key] = value
		}
		return value, err
	})
}
