"""The labels of a prepared dose: the dispensing label of Annex VI, and the flag of its syringe."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cellbank.domain.protocol import Protocol
from cellbank.domain.section import Words
from cellbank.domain.testing import Stage
from cellbank.domain.visit import Dose, DoseStatus
from cellbank.errors import Finding, Refused
from cellbank.facts.dose import awaits_late_results
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.views import dose as view
from cellbank.wording import Language, Wording
from labels.dose import DispensingLabel, DispensingWords, Twofold
from labels.flag import SyringeFlag

DISPENSING_STOCK, FLAG_STOCK = "roll-100x60", "flag-60x13"

_LABELLED = frozenset({DoseStatus.PREPARED, DoseStatus.DISPENSED})
_MILLION = 1_000_000


class _Both(NamedTuple):
    """The label's own language and the one beside it where the trial has two, each with its words."""

    first: Wording
    second: Wording | None

    def each(self, said: Callable[[Wording], str]) -> Twofold:
        return Twofold(said(self.first), "" if self.second is None else said(self.second))

    def say(self, code: str, /, **params: object) -> Twofold:
        return self.each(lambda wording: wording.say(code, **params))

    def words(self, words: Words) -> Twofold:
        return self.each(lambda wording: words.said(wording.language))


def _both(reading: Reading, protocol: Protocol, language: Language | None) -> _Both:
    first = language or protocol.languages[0]
    second = next((one for one in protocol.languages if one != first), None)
    return _Both(Wording(first, reading.zone), None if second is None else Wording(second, reading.zone))


def dispensing_label(reading: Reading, dose_code: str, language: Language | None = None) -> DispensingLabel:
    """Everything the dispensing label says: the trial file's words, and what was measured; in the trial's own
    language, unless another is given. Refused for a dose not prepared yet, or at its end.
    """
    dose, protocol = _prepared(reading, dose_code)
    seen = view.dose_view(reading, dose)
    words, both = protocol.vial, _both(reading, protocol, language)
    return DispensingLabel(
        code=seen.code,
        words=DispensingWords(
            subject=both.say("label.dose.subject"),
            visit=both.say("label.dose.visit"),
            use_before=both.say("label.dose.use_before"),
            lot=both.say("label.dose.lot"),
            clinical_use_only=both.words(words.clinical_use_only),
        ),
        subject=seen.subject,
        visit=str(seen.visit),
        until=both.first.value(_until(seen)),
        lots=seen.lots,
        trial=words.trial_reference,
        product=both.words(words.product),
        strength=_strength(seen, both),
        form=both.say("label.dose.form") if words.thawed_form is None else both.words(words.thawed_form),
        route=both.words(words.route),
        directions=both.words(words.thawed_directions or words.directions),
        storage=both.say("label.dose.storage") if words.thawed_storage is None else both.words(words.thawed_storage),
        human_cells=both.words(words.human_cells),
        do_not_refreeze=both.words(words.do_not_refreeze),
        investigator=both.words(words.investigator),
        contact=both.words(words.contact).first,
        address=both.words(words.address).first,
        telephone=words.telephone,
        condition=_condition(reading, dose, protocol, both),
        demo=reading.demo,
    )


def syringe_flag(reading: Reading, dose_code: str, language: Language | None = None) -> SyringeFlag:
    """Everything that both halves of the flag say; refused for a dose not prepared yet, or at its end."""
    dose, protocol = _prepared(reading, dose_code)
    seen = view.dose_view(reading, dose)
    wording = _both(reading, protocol, language).first
    day, _, time = wording.value(_until(seen)).partition(" ")
    return SyringeFlag(
        code=seen.code,
        subject=seen.subject,
        visit=f"{wording.say('label.dose.visit')} {seen.visit}",
        use_before=wording.say("label.dose.before"),
        until_day=day,
        until_time=time,
        route=protocol.vial.route.said(wording.language),
        demo=reading.demo,
    )


def _prepared(reading: Reading, dose_code: str) -> tuple[Dose, Protocol]:
    """The dose and its trial file; a dose not prepared yet, or at its end, gets no label."""
    dose = codes.get_by_code(reading, Dose, dose_code)
    if dose.status not in _LABELLED:
        params = {"dose": dose.code, "status": dose.status}
        raise Refused(Finding("label.dose.not_prepared", dose.code, params))
    return dose, protocol_by_id(reading, dose.trial_version_id)


def _until(seen: view.DoseView) -> datetime:
    """The end of use; the minute shown is rounded down, so that nobody is promised one too many."""
    if seen.usable_until is None:
        raise Refused(Finding("label.dose.not_prepared", seen.code, {"dose": seen.code, "status": seen.status}))
    return seen.usable_until


def _strength(seen: view.DoseView, both: _Both) -> Twofold:
    """The viable cells as measured, in the volume that was drawn up."""
    cells = seen.viable_cells or 0
    if cells < _MILLION:
        return both.say("label.dose.strength", cells=Decimal(cells), volume=seen.volume_ml)
    millions = (Decimal(cells) / _MILLION).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return both.say("label.dose.strength_millions", cells=millions, volume=seen.volume_ml)


def _condition(reading: Reading, dose: Dose, protocol: Protocol, both: _Both) -> Twofold | None:
    """What the release still waits for; named before the dispensing too, and gone when the results are there."""
    awaited = awaits_late_results(reading, dose, protocol)
    if not awaited:
        return None
    names = {c.test: c.name for c in protocol.specification.at(Stage.DOSE)}
    return both.each(
        lambda words: words.say("label.dose.condition", tests=", ".join(names[t].said(words.language) for t in awaited))
    )


def dispensing_words(label: DispensingLabel) -> Sequence[str]:
    """What the dispensing label says in its own language."""
    words = label.words
    return (
        f"{words.subject.first} {label.subject} · {words.visit.first} {label.visit}",
        f"{words.use_before.first} {label.until}",
        *(() if label.condition is None else (label.condition.first,)),
        f"{words.lot.first} {', '.join(label.lots)}",
        label.product.first,
        label.strength.first,
        label.form.first,
        label.route.first,
        label.directions.first,
        label.storage.first,
        label.human_cells.first,
        label.do_not_refreeze.first,
        label.investigator.first,
        words.clinical_use_only.first,
        label.trial,
    )


def flag_words(flag: SyringeFlag) -> Sequence[str]:
    """What each half of the flag says."""
    return f"{flag.subject} · {flag.visit}", f"{flag.use_before} {flag.until_day} {flag.until_time}", flag.route
