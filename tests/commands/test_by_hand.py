"""Every verb that acts is declared, but for those that print, load a trial file, or hash a password before the lock."""

from cellbank.cli.verbs import WITNESS
from tests.cli.test_cli_help import VERBS
from tests.commands.test_commands import COMMANDS

BY_HAND = {
    "label box",
    "label dose",
    "label vial",
    "trial load",
    "user add",
    "user password",
    "user reset",
}
"""The verbs that decision 0036 leaves to the command line's own modules."""


def test_only_these_verbs_that_act_are_written_by_hand() -> None:
    """What acts takes a witness, and nothing else does."""
    acting = {name for name, verb in VERBS.items() if any(param.name == WITNESS.name for param in verb.params)}
    declared = {f"{one.about.name.partition('.')[0]} {one.about.word}" for one in COMMANDS.values()}
    assert declared <= acting, "a declared verb that the command line does not offer"
    assert acting - declared == BY_HAND
