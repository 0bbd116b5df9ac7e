"""The gradebook in a browser, on this machine only: look, decide, judge again; `server.serve` begins it."""
