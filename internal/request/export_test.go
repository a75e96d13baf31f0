package request

import "net/http"

// Adapt changes the client's transports before their first use.
func Adapt(c *Client, change func(*http.Transport)) {
	change(c.proxied)
	change(c.direct)
}

// CloseIdle closes the connections that wait for their next request.
func CloseIdle(c *Client) {
	c.proxied.CloseIdleConnections()
	c.direct.CloseIdleConnections()
}
