"""The environment of a session: a list of the variables that are let through. Secrets are not on it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

NEEDED = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "PATH",
    "PYTHONPATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "TZDIR",
    # libpq: where a server is, and the files that hold its secrets. PGPASSWORD is a secret itself.
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSFILE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCRL",
    "PGCHANNELBINDING",
    "PGCONNECT_TIMEOUT",
    "PGTARGETSESSIONATTRS",
)
"""By name, and never by a prefix or by leaving out what looks dangerous: a new secret has a name nobody foresaw."""


def needed(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that is let through."""
    return {name: environment[name] for name in NEEDED if name in environment}


@contextmanager
def only_needed() -> Iterator[None]:
    """Let this process, too, see only that part: what opens the bank here opens it in a session."""
    before = dict(os.environ)
    try:
        for name in before.keys() - needed(before).keys():
            del os.environ[name]
        yield
    finally:
        os.environ.update(before)
