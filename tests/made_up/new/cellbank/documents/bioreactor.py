"""The label of a bioreactor. Made up."""

from collections.abc import Sequence

from cellbank.domain.bioreactor import Bioreactor
from labels.bioreactor import BioreactorLabel

from cellbank.languages import BASE, Language
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.wording import Wording


def bioreactor_label(reading: Reading, code: str, language: Language | None) -> BioreactorLabel:
    """What the label says, in the reader's language; refused for an unknown bioreactor."""
    found = codes.get_by_code(reading, Bioreactor, code)
    return BioreactorLabel(found.code, f"{Wording(language or BASE).number(found.litres)} L")


def words(label: BioreactorLabel) -> Sequence[str]:
    """What the label says."""
    return (label.holds,)
