"""Vials named in words: a lot, a status, a class, typed one after another and as briefly as they are clear."""

from collections.abc import Iterator

from cellbank.domain.identifiers import PREFIX, Station
from cellbank.domain.keyboard_layout import repaired
from cellbank.domain.vial import StockClass, VialFilter, VialStatus
from cellbank.errors import WrongInput
from cellbank.wording import Wording


def vials_meant(text: str, words: Wording) -> VialFilter | None:
    """The filter of `stored retained`, `ret L-260001-E`; None when the text is no filter but a code to look up.

    Refused: the beginning of several words.
    """
    lot: str | None = None
    status: VialStatus | None = None
    stock_class: StockClass | None = None
    for part in text.replace(",", " ").split():
        if part.upper().startswith(f"{PREFIX[Station.LOT]}-"):
            lot = repaired(part)
            continue
        found = _meant(part, words)
        if found is None:
            return None
        if isinstance(found, VialStatus):
            status = found
        else:
            stock_class = found
    return None if status is None and stock_class is None else VialFilter(lot, status, stock_class)


def _meant(part: str, words: Wording) -> VialStatus | StockClass | None:
    begun = dict(_beginning(part.casefold(), words))
    exact = [one for one, known in begun.items() if part.casefold() in known]
    if len(begun) > 1 and len(exact) != 1:
        raise WrongInput("typed.choice", value=part, expected=", ".join(_word(one, words) for one in begun))
    return next(iter(exact or begun), None)


def _beginning(typed: str, words: Wording) -> Iterator[tuple[VialStatus | StockClass, set[str]]]:
    for one in (*VialStatus, *StockClass):
        known = {one.value.casefold(), _word(one, words).casefold().replace(" ", "_")}
        if any(word.startswith(typed) for word in known):
            yield one, known


def _word(one: VialStatus | StockClass, words: Wording) -> str:
    return words.term("vial_status" if isinstance(one, VialStatus) else "stock_class", one)
