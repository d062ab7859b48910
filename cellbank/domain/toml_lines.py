"""On which line of a TOML text each key stands. `tomllib` tells values, not places; refusals must name the line.

The text has been read by `tomllib` before, so it is well formed: this only walks over it.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*\n?[ \t\r\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*(\.?)""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")' + r"|'''.*?'{3,5}(?!')" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[^,\]}\n#]*")


def key_lines(text: str) -> Mapping[Path, int]:
    """The line, from 1, of every key, table header, row of an array of tables and element of a list."""
    return _Walk(text).walk()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.at = 0
        self.table: Path = ()
        self.rows: dict[Path, int] = {}
        self.found: dict[Path, int] = {(): 1}

    def walk(self) -> Mapping[Path, int]:
        self._blank()
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                self._header()
            else:
                self._pair(self.table)
            self._blank()
        return self.found

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _mark(self, path: Path, line: int) -> None:
        for end in range(1, len(path) + 1):
            self.found.setdefault(path[:end], line)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            parts.append(next(part for part in match.groups()[:3] if part is not None))
            if not match.group(4):
                break
        return parts

    def _header(self) -> None:
        """`[a.b]` or `[[a.b]]`; a name that stands for an array of tables means its last row."""
        line, many = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: Path = ()
        names = self._key()
        for position, name in enumerate(names, start=1):
            path = (*path, name)
            if many and position == len(names):
                self.rows[path] = self.rows.get(path, -1) + 1
            if path in self.rows:
                path = (*path, self.rows[path])
        self.at += 2 if many else 1
        self.table = path
        self._mark(path, line)

    def _pair(self, base: Path) -> None:
        line = self._line()
        path = (*base, *self._key())
        self._mark(path, line)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        if self.text.startswith(("[", "{"), self.at):
            self._inside(path, self.text[self.at] == "[")
            return
        match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
        self.at = match.end() if match else len(self.text)

    def _inside(self, path: Path, is_list: bool) -> None:
        """The elements of a list, or the pairs of an inline table."""
        close, number = "]" if is_list else "}", 0
        self.at += 1
        self._blank()
        while self.at < len(self.text) and not self.text.startswith(close, self.at):
            if is_list:
                self._mark((*path, number), self._line())
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            self._blank()
            if self.text.startswith(",", self.at):
                self.at += 1
            self._blank()
        self.at += 1
