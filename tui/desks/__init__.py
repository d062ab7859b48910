"""The desks: each opens on what needs its people today."""
