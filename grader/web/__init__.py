"""The gradebook in a browser, on this machine only: look, decide, grade again; `server.serve` starts it."""
