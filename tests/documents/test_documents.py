"""Documents: the certificate of a released lot, and what stands on the labels of its vials."""

import re
from dataclasses import replace

import pytest

from cellbank.documents import lot, vial
from cellbank.documents.label_kinds import VIAL, drawn
from cellbank.domain.lot import Lot
from cellbank.errors import NotFound, WrongInput
from cellbank.services import hold
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_of
from cellbank.wording import Language, Wording
from labels.vial import VialLabel
from tests.banks import ON_SQLITE
from tests.documents.reading import text_of
from tests.journey import (
    ROLL,
    Scene,
    a_result,
    attest,
    invalidate,
    lift,
    print_labels,
    recall,
    refused,
    reject,
    release,
)

pytestmark = ON_SQLITE


def certificate(scene: Scene, language: Language = "en") -> bytes:
    """The certificate of the scene's lot."""
    found: bytes = scene.read(lot.certificate, scene["lot"], Wording(language, scene.bank.zone))
    return found


def labels_of(scene: Scene) -> list[VialLabel]:
    """What the labels of the lot say."""

    def read(reading: Reading) -> list[VialLabel]:
        row = codes.get_by_code(reading, Lot, scene["lot"])
        return vial.vial_labels(reading, row, vials_of(reading.session, row.id))

    found: list[VialLabel] = scene.read(read)
    return found


def test_only_a_released_lot_has_a_certificate(ready: Scene) -> None:
    with refused("certificate.not_released"):
        certificate(ready)
    release(ready, ready["lot"])
    assert certificate(ready).startswith(b"%PDF")
    recall(ready, ready["lot"])
    with refused("certificate.not_released"):
        certificate(ready)


def test_a_rejected_lot_has_none(ready: Scene) -> None:
    reject(ready, ready["lot"])
    with refused("certificate.not_released"):
        certificate(ready)
    with pytest.raises(NotFound):
        ready.read(lot.certificate, "L-1", Wording("en"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_certificate_says_what_was_tested_by_whom_it_was_signed_and_where_the_record_stands(
    released: Scene, language: Language
) -> None:
    text = text_of(certificate(released, language))
    number, chain = released.bank.head()
    assert released["lot"] in text
    people = ("Qa of the bank", "Qp of the bank")
    for value in ("92.7", "no growth", "43", "NCT06592703", *people, str(number), chain[:16]):
        assert value in text, value
    assert re.search("D[EÉ]MO", text.upper())


def test_the_same_bank_gives_the_same_certificate(released: Scene) -> None:
    first = certificate(released)
    released.clock.forward(days=1)
    assert certificate(released) == first


def test_a_certificate_says_that_a_datum_changed(ready: Scene) -> None:
    wording = Wording("en", ready.bank.zone)
    invalidate(ready, ready["potency"], "Wrong tube")
    a_result(ready, ready["lot"], "potency", "38.5")
    attest(ready, ready["lot"])
    release(ready, ready["lot"])
    seen = ready.read(lot.certificate_of, ready["lot"], wording)
    assert seen.changed == wording.say("certificate.changed")
    assert [row.result for row in seen.rows if "otency" in row.test] == ["38.5"]
    assert any("Wrong tube" in note for note in seen.notes), "the first value is told with its cause"
    text = text_of(certificate(ready))
    assert "38.5" in text
    assert "Wrong tube" in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_certificate_of_a_held_lot_says_so_and_says_nothing_of_it_once_lifted(
    released: Scene, language: Language
) -> None:
    wording = Wording(language, released.bank.zone)
    alarm = wording.say("certificate.heading.alarm")
    assert alarm not in text_of(certificate(released, language))
    code = released.act("technician", hold.put_hold, released["P1"], "Incubator alarm of 3 March").codes("hold.put")[0]
    text = text_of(certificate(released, language))
    for words in (alarm, wording.say("certificate.heading.against"), code, "Incubator alarm of 3 March"):
        assert words in text
    lift(released, code)
    assert alarm not in text_of(certificate(released, language))


def test_a_certificate_of_a_lot_from_a_recalled_bank_says_so(released: Scene) -> None:
    recall(released, released["master"])
    seen = released.read(lot.certificate_of, released["lot"], Wording("en", released.bank.zone))
    [recalled] = seen.against
    assert released["master"] in recalled


def test_a_certificate_does_not_call_a_lot_conforming_that_a_later_result_failed(released: Scene) -> None:
    wording = Wording("en", released.bank.zone)
    a_result(released, released["lot"], "sterility", "growth")
    seen = released.read(lot.certificate_of, released["lot"], wording)
    version = seen.specification_version
    assert seen.conclusion == wording.say("certificate.conclusion.no_longer", lot=released["lot"], version=version)
    assert any("sterility" in reason for reason in seen.against)


def test_a_certificate_of_what_never_changed_says_so(released: Scene) -> None:
    wording = Wording("fr", released.bank.zone)
    assert released.read(lot.certificate_of, released["lot"], wording).changed == wording.say("certificate.unchanged")


def test_an_unreviewed_or_informative_result_is_named_as_such(ready: Scene) -> None:
    a_result(ready, ready["lot"], "cfu-f", "11.5")
    attest(ready, ready["lot"])
    release(ready, ready["lot"])
    wording = Wording("en", ready.bank.zone)
    rows = ready.read(lot.certificate_of, ready["lot"], wording).rows
    [row] = [row for row in rows if row.result == "11.5"]
    assert row.criterion == wording.say("certificate.informative")


def test_a_label_holds_the_vials_own_code_and_the_words_of_the_trial_file(ready: Scene) -> None:
    found = labels_of(ready)
    assert [label.number for label in found] == ["1/4", "2/4", "3/4", "4/4"]
    assert len({label.code for label in found}) == 4
    for label in found:
        assert label.lot == ready["lot"]
        assert label.route == "Voie intrathécale"
        assert label.period_of_use is None, "left off, by this trial file"
        assert label.demo
        assert label.illustrative


def test_a_label_leaves_the_subject_and_the_donor_out(ready: Scene) -> None:
    text = text_of(print_labels(ready, ready["lot"], replace(ROLL, reprint_because="to read them")))
    assert ready["donor"] not in text
    assert ready["lot"] in text


def test_labels_go_on_a_sheet_and_to_a_thermal_printer_too(ready: Scene) -> None:
    found = labels_of(ready)
    for stock in vial.stocks():
        assert drawn(VIAL, found, stock).startswith(b"%PDF"), stock
    zpl = drawn(VIAL, found, "roll-33x13", "zpl")
    assert zpl.count(b"^XA") >= 4
    with refused("label.form", WrongInput):
        drawn(VIAL, found, "roll-33x13", "svg")
    with refused("label.stock.unknown", WrongInput):
        drawn(VIAL, found, "roll-1x1")


def test_the_same_labels_are_the_same_bytes(ready: Scene) -> None:
    assert drawn(VIAL, labels_of(ready), "roll-33x13") == drawn(VIAL, labels_of(ready), "roll-33x13")
