"""The one refusal of this package."""

from __future__ import annotations


class LabelError(Exception):
    """Something cannot be printed as it was asked.

    `code` is stable (`label.glyph.missing`) and `params` says what it is about. Sentences are made at the
    edge, by whoever called.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({told})" if told else self.code
