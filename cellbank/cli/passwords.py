"""Passwords on the command line: asked on the terminal without echo, else read where the environment says."""

import getpass
import os
import sys


def has_terminal() -> bool:
    """Whether a person sits at the keyboard."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(prompt: str) -> str:
    """One line from the person; what is asked stands on stderr, so that stdout keeps the answer alone."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def given(*variables: str) -> str | None:
    """The first password that one of the variables, or the file that its `_FILE` names, holds; a file that cannot be
    read is refused.
    """
    for variable in variables:
        if (value := os.environ.get(variable)) is not None:
            return value
        if path := os.environ.get(f"{variable}_FILE"):
            return _first_line(path)
    return None


def _first_line(path: str) -> str:
    from pathlib import Path

    from cellbank.errors import NotAllowed

    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAllowed("cli.password.file", path=path) from error


def password(prompt: str, variable: str) -> str:
    """The password of someone: typed on the terminal; without one, from the environment, else refused."""
    if has_terminal():
        return getpass.getpass(prompt, stream=sys.stderr)
    found = given(variable)
    if found is None:
        from cellbank.errors import NotAllowed

        raise NotAllowed("cli.password.missing", variable=variable)
    return found


def new_password(prompt: str, again: str, *variables: str) -> str | None:
    """A new password: typed twice on the terminal, else from the environment; None when there is none. Two that differ
    are refused.
    """
    if not has_terminal():
        return given(*variables)
    from cellbank.errors import WrongInput

    first = getpass.getpass(prompt, stream=sys.stderr)
    if first and first != getpass.getpass(again, stream=sys.stderr):
        raise WrongInput("cli.password.differs")
    return first or None


def has_both_terminals() -> bool:
    """Whether a person also reads what is printed."""
    return has_terminal() and sys.stdout.isatty()
