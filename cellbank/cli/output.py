"""Documents to a file: never over another without `--force`, and there only when what they record was recorded."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellbank.cli.run import here
from cellbank.cli.typed import flag, option

STDOUT = "-"

OUTPUT = option("--output", help="The file to write, `-` for stdout; a name of its own when left out.", metavar="FILE")
FORCE = flag("--force", help="Write over a file that is there.")


@dataclass
class Sheet:
    """Where a document goes; it is empty until it was given its bytes."""

    target: str
    content: bytes | None = None
    _beside: Path | None = field(default=None, repr=False)

    def keep(self, content: bytes) -> None:
        """Take the document: on disk beside its place, durable, not yet under its name."""
        self.content = content
        if self._beside is not None:
            with self._beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

    @property
    def data(self) -> dict[str, object]:
        """What the answer says of it: where it is, and its SHA-256."""
        import hashlib

        if self.content is None:
            return {"path": None, "sha256": None}
        return {"path": self.target, "sha256": hashlib.sha256(self.content).hexdigest()}


@contextmanager
def sheet(output: str | None, name: str, force: bool) -> Iterator[Sheet]:
    """A place for a document, proven writable before anything is recorded; its name appears when all went well."""
    from cellbank.errors import CannotWrite, WrongInput

    if output == STDOUT:
        if here().json:
            raise WrongInput("cli.output.stdout_json")
        found = Sheet(STDOUT)
        here().aside = True
        yield found
        sys.stdout.buffer.write(found.content or b"")
        return
    target = Path(output or name)
    if target.is_dir():
        target = target / name
    if target.exists() and not force:
        raise WrongInput("cli.output.exists", path=str(target))
    if not target.parent.is_dir():
        raise WrongInput("cli.output.no_directory", path=str(target.parent))
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        found = Sheet(str(target), _beside=Path(beside))
        try:
            yield found
            if found.content is not None:
                Path(beside).chmod(0o644)
                Path(beside).replace(target)
        finally:
            with suppress(FileNotFoundError):
                Path(beside).unlink()
    except OSError as error:
        raise CannotWrite("cli.output.unwritable", path=str(target), why=error.strerror or "") from error
