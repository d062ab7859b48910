"""The journey itself: one donor, one released lot with its labels and certificate, one lot refused for real reasons."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cellbank.demo import bank_half, papers, patient_half
from cellbank.demo.made_up import shipped_trial
from cellbank.demo.stage import PASSWORD, Days, Stage, set_stage
from cellbank.languages import BASE
from cellbank.passwords import Hasher, cheap
from cellbank.wording import Language, Wording

STORY_DAYS = 345
"""The story begins this many days before now."""


@dataclass(frozen=True)
class Built:
    """What the demo left behind."""

    bank: Path
    released_lot: str
    refused_lot: str
    documents: tuple[Path, ...]
    users: tuple[str, ...]
    password: str = PASSWORD


def build(
    directory: Path,
    say: Callable[[str], None],
    *,
    language: Language = BASE,
    now: datetime | None = None,
    hasher: Hasher | None = None,
) -> Built:
    """Build the demo bank in a directory; every act goes through the real services and the real gate.

    `say` is told what happened, a sentence at a time. Passwords are hashed cheaply, since the demo's is public; the
    first sign-in renews the hash. Nothing of a failed build is left but the directory.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ends = now or datetime.now(UTC)
    with _staged(directory, ends, say, hasher or cheap()) as stage:
        wording = Wording(language, stage.bank.zone)
        tell = partial(_tell, stage, wording)
        bank_half.approve_trial(stage, shipped_trial(), tell)
        days = Days(ends - timedelta(days=STORY_DAYS))
        bank_half.donor_and_tissue(stage, days, tell)
        bank_half.master_bank(stage, days, tell)
        released = bank_half.product_lot(stage, days, tell)
        patient_half.store_lots(stage, days, tell)
        refused = bank_half.refused_lot(stage, days, tell)
        patient_half.whole(stage, days, tell)
        documents = papers.documents(stage, directory, wording, tell)
        return Built(
            directory / "bank.db",
            released,
            refused,
            tuple(documents),
            ("admin", *(role.value for role in stage.actors)),
        )


def _tell(stage: Stage, wording: Wording, code: str, **params: object) -> None:
    stage.say(wording.say(code, **params))


@contextmanager
def _staged(directory: Path, ends: datetime, say: Callable[[str], None], hasher: Hasher) -> Iterator[Stage]:
    stage = set_stage(directory, ends - timedelta(days=STORY_DAYS + 5), say, hasher)
    try:
        yield stage
    except BaseException:
        stage.bank.close()
        for left in directory.glob("bank.db*"):
            left.unlink()
        raise
    stage.bank.close()
