"""Vials and their labels: printed within the act, scanned back, voided, discarded, used (rules.md §3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellbank.commands import vial as commands
from cellbank.documents.label_kinds import LABELS, VIAL, drawn
from cellbank.documents.vial import vial_labels
from cellbank.domain.characters import shown
from cellbank.domain.identifiers import has_own_form, normalised
from cellbank.domain.lot import Lot
from cellbank.domain.person import Verb
from cellbank.domain.storage import StoragePlace
from cellbank.domain.vial import IN_STOCK, Label, LabelStatus, Vial, VialStatus
from cellbank.errors import Finding, NotFound, Refused, WrongInput, WrongScan, refuse
from cellbank.services.acts import does, verb
from cellbank.services.movement import move_vial_status
from cellbank.services.print_run import Keep, PrintJob, print_run
from cellbank.store import codes, vial as store
from cellbank.store.storage import open_placements
from cellbank.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class VialPrint(PrintJob):
    """How to print, besides: how many labels of a sheet to skip, which vials only."""

    skip: int = 0
    only: Sequence[str] = ()


@verb(Verb.PRINT_LABEL)
def print_vial_labels(work: UnitOfWork, number: str, job: VialPrint, keep: Keep) -> None:
    """Labels for a lot's vials, rendered within the act; `keep` receives the document, the record its SHA-256.

    A vial whose label is in force is printed again only with a reason, and that label is void: two labels of one vial
    never stand side by side.

    Refused: a label in force without a reason to print again, a vial of another lot.
    """
    lot = codes.get_by_code(work, Lot, number)
    vials = _chosen(work, lot, job)
    again = [(vial, label) for vial in vials if (label := store.label_in_force(work.session, vial.id)) is not None]
    if again and job.again is None:
        raise Refused(
            *(Finding("label.printed_already", vial.code, {"vial": vial.code}) for vial, _ in again[:8]),
        )
    stock = job.stock or LABELS[VIAL].stock
    printed_on = drawn(VIAL, vial_labels(work, lot, vials), stock, job.form, job.skip)
    voided = [_void(vial, label) for vial, label in again]
    work.session.flush()
    run = print_run(work, job, printed_on, kind=VIAL, of=lot, code=lot.number, stock=stock, labels=len(vials))
    work.session.flush()
    printed = [Label(vial_id=vial.id, print_id=run.id) for vial in vials]
    work.insert_many(printed)
    changed = [vial for vial, _ in again]
    work.record("label.printed", lot, run, *printed, *voided, *changed, labels=len(vials), sha256=run.sha256)
    keep(printed_on)


def _chosen(work: UnitOfWork, lot: Lot, job: VialPrint) -> list[Vial]:
    vials = [vial for vial in store.vials_of(work.session, lot.id) if vial.status in IN_STOCK]
    if not job.only:
        if not vials:
            raise Refused(Finding("label.nothing_to_print", lot.number, {"lot": lot.number}))
        return vials
    wanted = {_number_or_code(text) for text in job.only}
    chosen = [vial for vial in vials if vial.code in wanted or str(vial.number) in wanted]
    found = {vial.code for vial in chosen} | {str(vial.number) for vial in chosen}
    refuse(Finding("label.not_of_lot", text, {"vial": text, "lot": lot.number}) for text in sorted(wanted - found))
    return chosen


def _number_or_code(text: str) -> str:
    text = normalised(text)
    return text if has_own_form(text) else text.lstrip("0") or text


def _void(vial: Vial, label: Label) -> Label:
    label.status = LabelStatus.VOIDED
    vial.verified_at = None
    vial.verified_by = None
    return label


@does(commands.Verify)
def verify_vials(work: UnitOfWork, vial_codes: Sequence[str]) -> None:
    """Labels scanned back from their vials: each label is applied, each vial may be used. Refused, all of them: what
    `confirm_label` refuses of one; and where no vial is named.
    """
    _refuse_none(vial_codes)
    for code in vial_codes:
        confirm_label(work, codes.get_by_code(work, Vial, code))


def _refuse_none(vial_codes: Sequence[str]) -> None:
    if not vial_codes:
        raise WrongInput("vial.none_named")


@verb(Verb.PRINT_LABEL)
def scan_back(work: UnitOfWork, of: str, scanned: str) -> None:
    """A label scanned back among those of a lot, or of a box by its path or code: applied, if it is one of them.

    Refused, and kept as a refusal entry because it was in someone's hand: a code that no vial bears, a vial of another
    lot or box, a void label, one that was scanned before.
    """
    try:
        vial = codes.get_by_code(work, Vial, scanned)
    except (NotFound, WrongInput) as error:
        raise WrongScan("label.scan.unknown", scanned=shown(scanned)) from error
    refuse([*_elsewhere(work, vial, of), *_void_label(work, vial)])
    confirm_label(work, vial)


def _void_label(work: UnitOfWork, vial: Vial) -> Iterator[Finding]:
    """A label in the hand of which the record says that it is void."""
    if store.label_in_force(work.session, vial.id) is None and store.was_labelled(work.session, vial.id):
        yield Finding("label.is_void", vial.code, {"vial": vial.code})


def _elsewhere(work: UnitOfWork, vial: Vial, of: str) -> Iterator[Finding]:
    if codes.exists(work, StoragePlace, of):
        box = codes.get_by_code(work, StoragePlace, of)
        where = open_placements(work.session, [vial.id]).get(vial.id)
        if where is None or where.box_id != box.id:
            yield Finding("label.scan.other_box", vial.code, {"vial": vial.code, "box": box.path})
        return
    lot = codes.get_by_code(work, Lot, of)
    if vial.lot_id != lot.id:
        other = work.session.get_one(Lot, vial.lot_id).number
        yield Finding("label.scan.other_lot", vial.code, {"vial": vial.code, "other": other, "lot": lot.number})


def confirm_label(work: UnitOfWork, vial: Vial) -> None:
    """The label of a vial stands on it; part of the act at hand. Refused: a vial without a label in force or not in
    stock, a label scanned back already.
    """
    label = store.label_in_force(work.session, vial.id)
    if label is None:
        raise Refused(Finding("label.never_printed", vial.code, {"vial": vial.code}))
    if vial.status not in IN_STOCK:
        raise Refused(Finding("vial.not_in_stock", vial.code, {"code": vial.code, "status": vial.status}))
    if label.status is LabelStatus.APPLIED:
        raise Refused(Finding("label.verified_already", vial.code, {"vial": vial.code, "by": vial.verified_by}))
    label.status = LabelStatus.APPLIED
    vial.verified_at = work.now
    vial.verified_by = work.act.actor.name
    work.record("vial.verified", vial, label)


@does(commands.VoidLabel)
def void_label(work: UnitOfWork, code: str, because: str) -> None:
    """A label that was spoiled or lost: void, so that printed = applied + voided; the vial needs another. Refused: no
    label in force, no reason.
    """
    vial = codes.get_by_code(work, Vial, code)
    label = store.label_in_force(work.session, vial.id)
    if label is None:
        raise Refused(Finding("label.never_printed", vial.code, {"vial": vial.code}))
    if not because.strip():
        raise WrongInput("label.reason.missing", code=vial.code)
    _void(vial, label)
    work.record("label.voided", vial, label, reason=because.strip())


ENDS = {
    "test": VialStatus.CONSUMED_IN_TEST,
    "broken": VialStatus.BROKEN,
    "missing": VialStatus.MISSING,
    "destroyed": VialStatus.DESTROYED,
}
"""What a vial may be used or lost for, outside culture and dose, by the word a person types."""


@does(commands.Use)
def use_vial(work: UnitOfWork, code: str, purpose: str, note: str | None = None) -> None:
    """A vial used for a test: consumed. Refused: any other purpose, which has an act of its own."""
    if purpose != "test":
        raise WrongInput("vial.purpose", value=purpose, expected="test")
    _end(work, code, VialStatus.CONSUMED_IN_TEST, note, "vial.used")


@does(commands.Discard)
def discard_vials(work: UnitOfWork, vial_codes: Sequence[str], how: str | None, because: str) -> None:
    """Vials broken, missing, or destroyed where nothing else is said. Refused without a vial or a reason, and for
    another end.
    """
    _refuse_none(vial_codes)
    how = how or VialStatus.DESTROYED.value
    if how not in ENDS or how == "test":
        raise WrongInput("vial.how", value=how, expected=", ".join(key for key in ENDS if key != "test"))
    if not because.strip():
        raise WrongInput("vial.reason.missing", code=", ".join(vial_codes))
    for code in dict.fromkeys(vial_codes):
        _end(work, code, ENDS[how], because.strip(), f"vial.{how}")


def void_unscanned(work: UnitOfWork, vial: Vial) -> list[Label]:
    """Void the label of a vial that leaves the stock unless it was scanned back; part of the act at hand."""
    label = store.label_in_force(work.session, vial.id)
    return [_void(vial, label)] if label is not None and label.status is LabelStatus.PRINTED else []


def _end(work: UnitOfWork, code: str, to: VialStatus, note: str | None, action: str) -> None:
    vial = codes.get_by_code(work, Vial, code)
    vial.status_note = note
    voided = void_unscanned(work, vial)
    work.record(action, vial, *voided, reason=note or "")
    move_vial_status(work, vial, to, purpose="test" if action == "vial.used" else to.value, note=note)
