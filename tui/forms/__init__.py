"""Forms: what a person is asked before a verb is performed. One module a station; no rule is decided here."""
