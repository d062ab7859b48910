"""A temperature logger's file: the warmest that it says, in °C. What is not certain is refused."""

import csv
import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cellbank.commands.kinds import LoggerFile
from cellbank.errors import WrongInput

_NAMED = re.compile(r"temp|°\s*c|celsius|_c$", re.IGNORECASE)
_EXACT = "temperature_c"
_FAHRENHEIT = re.compile(r"°\s*f\b|fahrenheit|_f$", re.IGNORECASE)


def logged(path: str | None, said: Decimal | None) -> tuple[LoggerFile | None, Decimal | None]:
    """The logger's file, and the warmest temperature: what the file says, or what the person says where it cannot.

    Refused: a file that cannot be read, and one that says another temperature than the person.
    """
    if path is None:
        return None, said
    content = _content(path)
    file = _file(path, content)
    try:
        found = warmest_c(content, path)
    except WrongInput:
        if said is None:
            raise
        return file, said
    if said is not None and said != found:
        raise WrongInput("transfer.file.differs", path=path, found=found, said=said)
    return file, found


def logger_file(path: str) -> LoggerFile:
    """The file of a logger as the record keeps it; refused when it cannot be read."""
    return _file(path, _content(path))


def _content(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise WrongInput("cli.file.unreadable", path=path, why=error.strerror or "") from error


def _file(path: str, content: bytes) -> LoggerFile:
    return LoggerFile(Path(path).name, hashlib.sha256(content).hexdigest())


def warmest_c(content: bytes, path: str) -> Decimal:
    """The highest reading of the file's one temperature column, found by its heading.

    CSV with commas, semicolons or tabs; a decimal comma is read where it does not also part the columns. Refused:
    no such column or several, a reading that is not a number, no reading at all.
    """
    rows = _rows(_text(content, path))
    for start, row in enumerate(rows):
        columns = _columns(row)
        if len(columns) == 1:
            readings = [_reading(line[columns[0]], path) for line in rows[start + 1 :] if len(line) > columns[0]]
            found = [reading for reading in readings if reading is not None]
            if found:
                return max(found)
            break
        if columns:
            break
    raise WrongInput("transfer.file.no_temperature", path=path)


def _text(content: bytes, path: str) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongInput("transfer.file.no_temperature", path=path)


def _rows(text: str) -> list[list[str]]:
    delimiter = next((one for one in ";\t" if one in text), ",")
    return [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(cell.strip() for cell in row)]


def _columns(row: Sequence[str]) -> list[int]:
    """Where the heading of temperatures stands; a row with numbers is no heading."""
    names = [cell.strip().lower() for cell in row]
    if _EXACT in names:
        return [names.index(_EXACT)]
    if len(names) == 1 and ":" in names[0]:
        return []
    return [at for at, name in enumerate(names) if _NAMED.search(name) and not _FAHRENHEIT.search(name)]


def _reading(cell: str, path: str) -> Decimal | None:
    plain = cell.strip().replace("\u2212", "-").removesuffix("°C").strip()
    if not plain:
        return None
    try:
        value = Decimal(plain.replace(",", ".", 1))
    except InvalidOperation as error:
        raise WrongInput("transfer.file.reading", path=path, value=cell) from error
    if not value.is_finite():
        raise WrongInput("transfer.file.reading", path=path, value=cell)
    return value
