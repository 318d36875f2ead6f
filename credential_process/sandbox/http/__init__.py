"""HTTP: the server on loopback, the proxy, and requests and responses as values."""
