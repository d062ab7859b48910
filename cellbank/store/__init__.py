"""Rows in and out: the only room that opens a session."""
