package mockcloud

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// reader reads the parameters of a request. The first one that isn't valid
// decides the answer.
type reader struct {
	call     *call
	values   url.Values
	apiError *answer
}

// reject answers with the cloud's error for a parameter that isn't valid.
func (r *reader) reject(name string) {
	if r.apiError != nil {
		return
	}
	if r.call.record.Cloud == AlibabaCloud {
		r.apiError = dbsError(r.call, http.StatusBadRequest, "InvalidParameterValid", "The specified parameter "+name+" value is not valid.")
		return
	}
	code := map[string]string{"limit": "DBS.280439", "begin_time": "DBS.280216", "end_time": "DBS.280216"}[name]
	if code == "" {
		code = "DBS.280001"
	}
	r.apiError = huaweiError(r.call, http.StatusBadRequest, code, "Parameter error: "+name+".")
}

// oneOf reads a parameter that has only these values or none.
func (r *reader) oneOf(name string, valid ...string) string {
	value := r.values.Get(name)
	if value != "" && !slices.Contains(valid, value) {
		r.reject(name)
	}
	return value
}

// integer reads a number of at least 0.
func (r *reader) integer(name string, otherwise, most int64) int64 {
	if r.values.Get(name) == "" {
		return otherwise
	}
	value, err := strconv.ParseInt(r.values.Get(name), 10, 64)
	if err != nil || value < 0 || value > most {
		r.reject(name)
	}
	return value
}

// time reads a point in time; zero if there is none.
func (r *reader) time(name, layout string) time.Time {
	if r.values.Get(name) == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, r.values.Get(name))
	if err != nil {
		r.reject(name)
	}
	return t
}

// keepEqual returns the items whose members have the values of parameters:
// parameter and member, in turn. A parameter that isn't there limits nothing.
func (r *reader) keepEqual(items []Item, names ...string) []Item {
	for n := 0; n < len(names); n += 2 {
		if value := r.values.Get(names[n]); value != "" {
			items = keep(items, func(item Item) bool { return item.Get(names[n+1]) == value })
		}
	}
	return items
}
