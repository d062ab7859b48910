"""The labels of a lot's vials: the trial file's words in the trial's language, the vial's own code as a symbol."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.vial import Vial
from cellbank.errors import WrongInput
from cellbank.facts.protocol import protocol_by_id
from cellbank.languages import Language
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from labels.errors import LabelError
from labels.stock import Stock, load_stocks
from labels.vial import VialLabel

VIAL_STOCK = "roll-33x13"


@contextmanager
def printable() -> Iterator[None]:
    """Turn a refusal of the labels package into one of ours, with its code and parameters."""
    try:
        yield
    except LabelError as error:
        raise WrongInput(error.code, **error.params) from error


def stocks() -> dict[str, Stock]:
    """Every label stock by its name."""
    return dict(load_stocks())


def vial_labels(reading: Reading, lot: Lot, vials: Sequence[Vial]) -> list[VialLabel]:
    """What each vial's label says: Annex VI of Regulation (EU) 536/2014 for a small immediate packaging."""
    protocol = protocol_by_id(reading, lot.trial_version_id)
    return [_label(reading, lot, vial, protocol) for vial in vials]


def _label(reading: Reading, lot: Lot, vial: Vial, protocol: Protocol) -> VialLabel:
    words, language = protocol.vial, protocol.languages[0]
    until = lot.expires_on.isoformat() if words.period_of_use_on_vial else None
    return VialLabel(
        code=vial.code,
        number=f"{vial.number}/{lot.vials_filled}",
        lot=lot.number,
        product=words.product.said(language),
        strength=words.strength.said(language),
        trial=words.trial_reference,
        sponsor=words.contact.said(language),
        route=words.route.said(language),
        extra=(words.human_cells.said(language), words.do_not_refreeze.said(language)),
        period_of_use=until,
        illustrative=protocol.is_illustrative("vial.strength"),
        demo=reading.demo,
    )


def vial_label(reading: Reading, code: str, _: Language | None) -> VialLabel:
    """What one vial's label says, in the trial's language; refused for an unknown vial."""
    vial = codes.get_by_code(reading, Vial, code)
    (label,) = vial_labels(reading, reading.session.get_one(Lot, vial.lot_id), [vial])
    return label


def words(label: VialLabel) -> Sequence[str]:
    """What the label says."""
    until = () if label.period_of_use is None else (label.period_of_use,)
    head = (f"{label.lot} · {label.number}", label.product, label.strength, label.trial, label.sponsor, label.route)
    return *head, *label.extra, *until
