"""The science: rows and pure rules. No session, no clock, no input or output."""
