"""A file that exists only once its act is kept: written beside its name within the act, named after it."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PaperFile:
    """One document on its way to a file; a file that is there already is never overwritten."""

    path: Path

    @property
    def _draft(self) -> Path:
        return self.path.with_name(f".{self.path.name}.draft")

    def keep(self, document: bytes) -> None:
        """Write the draft; within the act, so that an act whose paper cannot be written is not kept."""
        if self.path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self.path))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._draft.open("wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())

    def done(self) -> None:
        """The act is kept: the draft becomes the file."""
        self._draft.replace(self.path)

    def gone(self) -> None:
        """The act is not kept: no draft stays behind."""
        self._draft.unlink(missing_ok=True)


def default_folder(place: str) -> Path:
    """Where papers go unless told otherwise: `labels` beside the bank's file, or here for a bank on a server."""
    return (Path.cwd() if "://" in place else Path(place).resolve().parent) / "labels"
