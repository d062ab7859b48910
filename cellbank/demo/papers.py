"""The paper of the story: labels as they were printed, the certificate, the documents of the visits."""

from collections.abc import Callable, Iterator
from pathlib import Path

from cellbank.demo.stage import Stage
from cellbank.documents import lot
from cellbank.wording import Wording

Tell = Callable[..., None]


def documents(stage: Stage, directory: Path, wording: Wording, tell: Tell) -> Iterator[Path]:
    """The labels as they were printed in the story, and the certificate of the released lot."""
    for number, document in stage.papers.items():
        yield _written(directory / f"labels-{number}.pdf", document, tell)
    with stage.bank.read() as reading:
        certificate = lot.certificate(reading, stage.codes["released"], wording)
    yield _written(directory / f"certificate-{stage.codes['released']}.pdf", certificate, tell)


def _written(path: Path, document: bytes, tell: Tell) -> Path:
    path.write_bytes(document)
    tell("demo.document", name=path.name)
    return path
