"""Passwords: argon2id by argon2-cffi, behind a small shape so that tests can use cheap parameters."""

from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Hasher(Protocol):
    """How passwords are hashed and verified."""

    def hash(self, password: str) -> str:
        """The encoded hash, salt and parameters within."""

    def verify(self, encoded: str, password: str) -> bool:
        """Whether the password fits the hash."""

    def renewed(self, encoded: str, password: str) -> str | None:
        """A new hash when the parameters have risen since, else None."""

    def waste_time(self, password: str) -> None:
        """Take as long as a verification, so that an unknown name is not told from a wrong password."""


class Argon2Hasher:
    """Argon2id with the parameters given; the default is argon2-cffi's own (64 MiB, 3 passes, 4 lanes)."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher

    def hash(self, password: str) -> str:
        """The encoded hash."""
        return self._hasher.hash(password)

    def verify(self, encoded: str, password: str) -> bool:
        """Whether the password fits; a damaged hash fits nothing."""
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    def renewed(self, encoded: str, password: str) -> str | None:
        """A hash with today's parameters when the old one has weaker ones."""
        return self._hasher.hash(password) if self._hasher.check_needs_rehash(encoded) else None

    def waste_time(self, password: str) -> None:
        """One hash whose result is thrown away."""
        self._hasher.hash(password)


def argon2id() -> Hasher:
    """The hasher of every real bank."""
    return Argon2Hasher(PasswordHasher())


def cheap() -> Hasher:
    """A hasher for tests and for the demo's public password: the same algorithm with the least of everything."""
    return Argon2Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
