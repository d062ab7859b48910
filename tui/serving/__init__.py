"""The terminal UI in a browser: one server, one process of the UI for each session, both on the bank's own machine."""
