package credentials

import (
	"context"
	"sync"
	"time"
)

// runTimeout bounds a run with all its attempts.
const runTimeout = 2 * time.Minute

// A Group shares one run of a function among its callers. The run has a context of
// its own, so that one caller's timeout is not another's failure; it ends when the
// last caller has left. The value of a run that succeeds also serves later callers. The
// zero Group is ready to use.
type Group[V any] struct {
	Forget bool // a value serves only the callers that waited for it

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
// It returns when the context ends.
func (g *Group[V]) Do(ctx context.Context, key string, f func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	r := g.runs[key]
	if r == nil {
		r = g.start(ctx, key, f)
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

func (g *Group[V]) start(ctx context.Context, key string, f func(context.Context) (V, error)) *run[V] {
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), runTimeout)
	r := &run[V]{done: make(chan struct{}), cancel: cancel}
	if g.runs == nil {
		g.runs = map[string]*run[V]{}
	}
	g.runs[key] = r
	go func() {
		defer cancel()
		r.value, r.err = f(detached)
		if r.err != nil || g.Forget {
			g.mu.Lock()
			g.forget(key, r)
			g.mu.Unlock()
		}
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
