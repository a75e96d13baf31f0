package request

import "net/http"

// Adapt changes the client's transport before its first use.
func Adapt(c *Client, change func(*http.Transport)) { c.adapt = change }

// CloseIdle closes the connections that wait for their next request.
func CloseIdle(c *Client) { c.transport().CloseIdleConnections() }

// MaxBody is the bound of an answer's body.
const MaxBody = maxBody
