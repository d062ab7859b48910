"""The terminal UI: desks that list what waits, screens that show one thing, widgets that both are made of."""
