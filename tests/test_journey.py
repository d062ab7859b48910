"""The whole way from a donor to a released, labelled lot and its certificate: two trial files, two databases.

Nothing but values differs between the runs; no line of the program does.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from cellbank.bank import Actor, Bank
from cellbank.demo import journey
from cellbank.documents import lot
from cellbank.domain.lot import Disposition
from cellbank.domain.vial import VialStatus
from cellbank.languages import known_languages
from cellbank.passwords import cheap
from cellbank.views import audit, lot as lot_view, trace, vial
from cellbank.wording import Wording
from tests.banks import Ticking
from tests.documents.reading import text_of
from tests.journey import ROLL, SECOND, SHIPPED, Scene, a_ready_lot, print_labels, release, vials_of

DPI = 300


@pytest.fixture(params=[SHIPPED, SECOND], ids=lambda trial: trial.name)
def scene(bank: Bank, clock: Ticking, people: Mapping[str, Actor], request: pytest.FixtureRequest) -> Scene:
    """The bank, under each of the two trial files."""
    return Scene(bank, clock, people, request.param)


def test_a_donor_becomes_a_released_labelled_lot_with_a_certificate(scene: Scene) -> None:
    number = a_ready_lot(scene)
    assert scene.found(number) == []
    release(scene, number)
    seen = scene.read(lot_view.lot_view, number)
    assert seen.disposition is Disposition.RELEASED
    beside = ["reviewer"] if scene.trial.reviewer_signs else []
    assert [s.role.value for s in seen.signatures] == [*beside, "qa", "qp"]
    assert seen.trial == scene.trial.name
    check = scene.check(number)
    assert (check.step.value, check.releasable) == ("fit", True)
    the_certificate_says_every_result(scene, seen)
    everything_is_traced_both_ways(scene)
    the_counts_reconcile(scene)
    the_labels_hold_the_codes(scene)
    verified = scene.bank.verify()
    assert verified.intact, verified.findings
    assert verified.entries == scene.bank.head()[0]


def the_certificate_says_every_result(scene: Scene, seen: lot_view.LotView) -> None:
    for language in known_languages():
        with scene.bank.read() as reading:
            certificate = lot.certificate(reading, seen.number, Wording(language, scene.bank.zone))
        text = text_of(certificate)
        assert seen.number in text
        assert [result.value for result in seen.results if result.value not in text] == []
        assert re.search("D[EÉ]MO", text.upper()), "a demo bank says so on every document"


def nodes(scene: Scene, code: str) -> tuple[dict[str, int], dict[str, int]]:
    """How many things of each station lie upstream and downstream of a code; the counts reconcile."""
    traced = scene.read(trace.trace, code)
    assert traced.reconciliation.balanced
    up, down = (dict(Counter(node.station.value for node in side)) for side in (traced.upstream, traced.downstream))
    return up, down


def everything_is_traced_both_ways(scene: Scene) -> None:
    trial = scene.trial
    banked, made, materials = sum(trial.banked.values()), sum(trial.made.values()), len(trial.materials)
    grown = {"culture": 3, "lot": 2, "vial": banked + made}
    before = {"donor": 1, "tissue": 1}
    assert nodes(scene, scene["donor"]) == ({}, {"tissue": 1, **grown})
    assert nodes(scene, scene["tissue"]) == ({"donor": 1}, grown)
    to_p1 = {**before, "material": 2, "culture": 1}
    assert nodes(scene, scene["P1"]) == (to_p1, {**grown, "culture": 1})
    of_the_bank = {**before, "material": materials, "culture": 2, "lot": 1}
    assert nodes(scene, scene["thawed vial"]) == (of_the_bank, {"culture": 1, "lot": 1, "vial": made})
    of_the_lot = {**before, "material": materials, "culture": 3, "lot": 1, "vial": 1}
    assert nodes(scene, scene["lot"]) == (of_the_lot, {"vial": made})
    assert nodes(scene, vials_of(scene, scene["lot"])[0]) == (of_the_lot | {"lot": 2}, {})
    up, _ = nodes(scene, scene["viability"])
    assert up == of_the_lot | {"lot": 2}, "a result is traced through what it concerns, which is named too"
    _, down = nodes(scene, scene[trial.materials["seed"]])
    assert (down["culture"], down["lot"]) == (2, 2)


def the_counts_reconcile(scene: Scene) -> None:
    counts = scene.read(trace.trace, scene["donor"]).reconciliation
    assert counts.filled == sum(scene.trial.banked.values()) + sum(scene.trial.made.values())
    assert counts.by_status == {VialStatus.FILLED: counts.filled - 1, VialStatus.CONSUMED_IN_CULTURE: 1}
    assert scene.read(trace.trace, scene["thawed vial"]).reconciliation.filled == counts.filled


def the_labels_hold_the_codes(scene: Scene) -> None:
    document = print_labels(scene, scene["lot"], replace(ROLL, reprint_because="to read them"))
    assert symbols(document) == vials_of(scene, scene["lot"])
    text = text_of(document)
    assert re.search("D[EÉ]MO", text.upper())
    assert scene["lot"] in text


def symbols(pdf: bytes, pages: int | None = None) -> list[str]:
    """The payloads of the QR symbols on the first pages, read at 300 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for index in range(min(len(document), pages or len(document))):
        image = document[index].render(scale=DPI / 72 * (1 - 1e-6), grayscale=True).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]
    document.close()
    return found


# --- The demonstration ----------------------------------------------------------------------------------------------


def test_the_demonstration_is_a_bank_that_stands_as_it_says(tmp_path: Path) -> None:
    said: list[str] = []
    now = datetime.now(UTC)
    made = journey.build(tmp_path, said.append, now=now, hasher=cheap())
    assert all(said), "every step says a sentence"
    with Bank.open(str(made.bank), hasher=cheap()) as bank:
        assert bank.demo
        assert bank.verify().intact
        assert bank.sign_in("qp", made.password).name == "qp"
        it_does_not_end_in_the_future(bank, now)
        one_lot_is_released_and_another_refused(bank, made)
        its_documents_are_there_and_their_symbols_are_vials(bank, made)


def it_does_not_end_in_the_future(bank: Bank, now: datetime) -> None:
    with bank.read() as reading:
        [newest] = audit.entries(reading, 1)
    recorded = datetime.fromisoformat(newest.recorded_at)
    assert now - timedelta(days=journey.STORY_DAYS) < recorded <= now


def one_lot_is_released_and_another_refused(bank: Bank, made: journey.Built) -> None:
    with bank.read() as reading:
        released = lot_view.lot_check(reading, made.released_lot)
        refused = lot_view.lot_check(reading, made.refused_lot)
        refusals = [e for e in audit.entries(reading, 10_000) if e.actions[0]["action"] == "act.refused"]
        [entry] = [e for e in refusals if e.actor == "qp"]
    assert (released.disposition, released.findings) == (Disposition.RELEASED, ())
    assert refused.disposition is Disposition.QUARANTINED
    assert len({finding.code for finding in refused.findings}) >= 5
    said = {finding["code"] for finding in entry.actions[0]["params"]["findings"]}
    assert len(said) >= 5, "the refusal stands in the record, with all its findings"
    assert entry.changes == ()


def its_documents_are_there_and_their_symbols_are_vials(bank: Bank, made: journey.Built) -> None:
    with bank.read() as reading:
        vials = {line.code for line in vial.vials(reading, made.released_lot)}
        [printed] = vial.prints(reading, made.released_lot)
    [labels] = [path for path in made.documents if path.name == f"labels-{made.released_lot}.pdf"]
    decoded = symbols(labels.read_bytes(), pages=12)
    assert len(decoded) == 12
    assert set(decoded) <= vials
    assert printed.labels == len(vials) == 50
    for path in made.documents:
        assert re.search("D[EÉ]MO", text_of(path.read_bytes()).upper()), path.name


def test_a_demonstration_that_fails_leaves_no_bank(tmp_path: Path) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("the pipe is closed")

    with pytest.raises(RuntimeError):
        journey.build(tmp_path / "demo", fail, hasher=cheap())
    assert list((tmp_path / "demo").iterdir()) == []
