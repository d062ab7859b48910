"""Prescriptions on the command line."""

from cellbank.cli.acting import commands_of
from cellbank.cli.verbs import station

app = station("Prescriptions: record, validate.")
commands_of(app, "prescription")
