"""Storage and transfers by command lines: places, a lot over two tanks, moves, counts, a shipper and its logger."""

import io
from decimal import Decimal
from pathlib import Path

import pytest

from cellbank.errors import WrongInput
from cellbank.exchange.logger import warmest_c
from tests.cli.clinic import Clinic
from tests.cli.shell import ago

BENCH = {"user": "technician"}
COLD = "time,temperature_c\n2026-03-02T08:00,-190.1\n2026-03-02T08:10,-188\n"


@pytest.fixture
def tanks(pharmacy: Clinic) -> Clinic:
    """Two tanks with a box each, and the lot in them."""
    for path in ("TANK1/R02/BOX-A", "TANK2/R01/BOX-B"):
        pharmacy.ok("storage", "add", path, "--grid", "9x9", **BENCH)
    pharmacy.ok("storage", "fill", pharmacy.lot, "TANK1/R02/BOX-A", "TANK2/R01/BOX-B", "--at", ago(60), **BENCH)
    return pharmacy


def position(shell: Clinic, vial: str) -> str | None:
    found = shell.ok("vial", "show", vial)["position"]
    return None if found is None else str(found)


def test_places_are_made_with_what_is_missing_on_the_way(pharmacy: Clinic) -> None:
    added = pharmacy.ok("storage", "add", "tank9/R1/BOX-1", "--grid", "4x5", "--custodian", "pharmacy", **BENCH)
    assert added["code"] == "TANK9/R1/BOX-1"
    assert added["place"]["code"].startswith("S-")
    assert [line["path"] for line in pharmacy.ok("storage", "list")] == ["TANK9", "TANK9/R1", "TANK9/R1/BOX-1"]
    [tank, *_, box] = pharmacy.ok("storage", "list")
    assert (tank["kind"], tank["custodian"], tank["positions"], tank["free"]) == ("tank", "pharmacy", 20, 20)
    assert (box["rows"], box["columns"], box["vials"]) == (4, 5, 0)
    assert "pharmacie" in pharmacy.run("--lang", "fr", "storage", "list").out


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, ("add", "TANK1/R02/BOX-C", "--grid", "nine")),
        (2, ("add", "TANK1/R02/BOX-C")),
        (2, ("add", "A/B/C/D", "--grid", "9x9")),
        (2, ("add", "TANK3", "--custodian", "moon")),
        (3, ("add", "TANK1/R02/BOX-A", "--grid", "9x9")),
        (3, ("fill", "LOT", "TANK1/R02/BOX-A")),
        (3, ("place", "VIAL", "TANK1/R02/BOX-A/Z9")),
        (3, ("place", "VIAL", "TANK1/R02/BOX-A/A2")),
        (4, ("place", "VIAL", "TANK7/BOX/A1")),
        (4, ("fill", "LOT", "TANK7/BOX")),
        (3, ("move", "TANK1", "TANK1")),
        (4, ("map", "TANK7/BOX")),
        (3, ("map", "TANK1")),
    ],
)
def test_what_storage_refuses(tanks: Clinic, code: int, words: tuple[str, ...]) -> None:
    known = {"LOT": tanks.lot, "VIAL": tanks.vials("stored")[0]}
    tanks.refused(code, "storage", *(known.get(word, word) for word in words), **BENCH)


def test_a_box_is_a_map_for_programs_and_for_people(tanks: Clinic) -> None:
    seen = tanks.ok("storage", "map", "TANK1/R02/BOX-A")
    assert (seen["rows"], seen["columns"], seen["custodian"], seen["held"]) == (9, 9, "production_unit", False)
    first = seen["cells"]["A1"]
    assert (first["lot"], first["letter"], first["status"]) == (tanks.lot, "D", "stored")
    assert tanks.ok("vial", "show", first["code"])["position"] == "TANK1/R02/BOX-A/A1"
    inside = tanks.ok("storage", "list", "TANK1")
    assert len(inside) == len(seen["cells"])
    assert {"position", "code", "lot", "stock_class", "status", "held"} <= set(inside[0])
    told = tanks.run("storage", "map", "TANK1/R02/BOX-A").out
    assert f"D{first['number']:03d}" in told
    assert "D dispensable" in told
    assert "R001" not in told
    tanks.ok("hold", "put", "TANK1/R02", "--reason", "alarm", user="qa")
    assert {cell["letter"] for cell in tanks.ok("storage", "map", "TANK1/R02/BOX-A")["cells"].values()} == {"H"}
    assert "bloqué" in tanks.run("--lang", "fr", "storage", "map", "TANK1/R02/BOX-A").out


def test_vials_boxes_and_racks_are_moved(tanks: Clinic) -> None:
    [one, *_] = tanks.vials("stored")
    where = position(tanks, one)
    moved = tanks.ok("storage", "move", one, "TANK2/R01/BOX-B/I9", **BENCH)
    assert moved["actions"][0]["action"] == "vial.relocated"
    assert position(tanks, one) == "TANK2/R01/BOX-B/I9"
    tanks.ok("storage", "move", "TANK2/R01/BOX-B/I9", str(where), **BENCH)
    assert position(tanks, one) == where
    rack = tanks.ok("storage", "move", "TANK1/R02", "TANK2", user="qa")
    assert rack["actions"][0]["action"] == "storage.moved"
    assert position(tanks, one) == str(where).replace("TANK1", "TANK2")
    assert rack["deviations"], "the lot stands in one tank now"
    tanks.refused(5, "storage", "move", one, "TANK2/R01/BOX-B/I9", user="qa")


def test_a_box_is_counted_blind(tanks: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    box = "TANK1/R02/BOX-A"
    inside = [line["code"] for line in tanks.ok("storage", "list", box)]
    assert tanks.ok("storage", "count", box, "--scan", *inside, **BENCH)["code"] == box
    fewer = inside[1:]
    tanks.refused(3, "storage", "count", box, "--scan", *fewer, **BENCH)
    tanks.refused(3, "storage", "count", box, "--scan", *fewer, "--again", *inside, **BENCH)
    tanks.ok("storage", "count", box, "--scan", *fewer, "--again", *fewer, **BENCH)
    assert tanks.ok("vial", "show", inside[0])["status"] == "stored", "a count changes no vial"
    unlike = tanks.refused(3, "storage", "count", box, "--scan", *fewer, "--empty", **BENCH)
    assert [one["code"] for one in unlike["findings"]] == ["storage.count.unlike"], "a scanned box is not empty"
    tanks.ok("storage", "count", box, "--empty", **BENCH)
    monkeypatch.setattr("tests.cli.shell.io.StringIO", lambda: io.TextIOWrapper(io.BytesIO("\n".join(inside).encode())))
    assert tanks.ok("storage", "count", box, **BENCH)["code"] == box


def test_a_shipper_goes_to_the_pharmacy_with_its_logger(tanks: Clinic) -> None:
    tanks.ok("storage", "add", "PHARMACY/BOX-1", "--grid", "5x5", "--custodian", "pharmacy", **BENCH)
    vials = tanks.vials("stored")[:3]
    sent = tanks.ok(
        "transfer", "send", *vials, "--to", "pharmacy", "--seal", "44871", "--logger", "TT-09", "--at", ago(50), **BENCH
    )
    code = sent["transfer"]
    assert [tanks.ok("vial", "show", vial)["status"] for vial in vials] == ["in_transit"] * 3
    assert [one["code"] for one in tanks.ok("transfer", "list", "--under-way")] == [code]
    (tanks.place.parent / "TT-09.csv").write_text(COLD, encoding="utf-8")
    words = ("transfer", "receive", code, "--temperature-file", "TT-09.csv")
    tanks.refused(3, *words, user="pharmacist")
    tanks.refused(3, *words, "--into", "TANK2/R01/BOX-B", user="pharmacist")
    got = tanks.ok(*words, "--into", "PHARMACY/BOX-1", user="pharmacist")
    assert (got["warmest_c"], got["deviations"]) == ("-188", [])
    assert position(tanks, vials[0]) == "PHARMACY/BOX-1/A1"
    seen = tanks.ok("transfer", "show", code)
    assert (seen["accepted"], seen["temperature_file"], seen["under_way"]) == (True, "TT-09.csv", False)
    assert len(seen["temperature_sha256"]) == 64
    tanks.refused(3, *words, "--into", "PHARMACY/BOX-1", user="pharmacist")
    assert "pharmacie" in tanks.run("--lang", "fr", "transfer", "list").out


def test_what_arrives_warm_is_held(tanks: Clinic) -> None:
    tanks.ok("storage", "add", "PHARMACY/BOX-1", "--grid", "5x5", "--custodian", "pharmacy", **BENCH)
    vials = tanks.vials("stored")[:2]
    sent = tanks.ok("transfer", "send", *vials, "--to", "pharmacy", "--seal", "1", "--logger", "2", **BENCH)["code"]
    warm = tanks.place.parent / "warm.csv"
    warm.write_text("Heure;Température (°C)\n08:00;-150,5\n08:10;-118,2\n", encoding="utf-8")
    receive = ("transfer", "receive", sent, "--into", "PHARMACY/BOX-1")
    tanks.refused(2, *receive, "--temperature-file", "warm.csv", "--warmest-c", "-150", user="pharmacist")
    tanks.refused(2, *receive, "--temperature-file", "missing.csv", user="pharmacist")
    got = tanks.ok(*receive, "--temperature-file", "warm.csv", user="pharmacist")
    assert got["warmest_c"] == "-118.2"
    assert len(got["deviations"]) == 1
    assert len(got["holds"]) >= 2
    told = tanks.run("vial", "list", "--lot", tanks.lot).out
    assert vials[0] in told


def test_who_sends_and_what(tanks: Clinic) -> None:
    words = ("transfer", "send", tanks.vials("stored")[0], "--to", "pharmacy", "--seal", "1", "--logger", "2")
    tanks.refused(5, *words, user="qa")
    tanks.refused(2, *words[:3], "--to", "ward", *words[5:], **BENCH)
    tanks.refused(3, *words[:3], "--to", "production unit", *words[5:], **BENCH)
    tanks.refused(2, *words[:5], **BENCH)


@pytest.mark.parametrize(
    ("text", "warmest"),
    [
        (COLD, "-188"),
        ("\ufefftime;Temp °C\n1;-150,5\n2;-149,25\n", "-149.25"),
        ("logger TT-09\nserial\t44\ntime\ttemperature\n1\t\u2212151\n2\t-160.0\n", "-151"),
        ("n,temp,temperature_c\n1,9,-150\n", "-150"),
    ],
)
def test_the_warmest_reading_of_a_logger(text: str, warmest: str) -> None:
    assert warmest_c(text.encode(), "file.csv") == Decimal(warmest)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"time,value\n1,-150\n",
        b"temp1,temp2\n-150,-151\n",
        b"time,temperature_c\n",
        b"time,temperature_c\n1,cold\n",
        b"time,temperature_c\n1,NaN\n",
        b"time,temp (\xb0F)\n1,-240\n",
        bytes(range(256)),
    ],
)
def test_a_logger_that_cannot_be_read_for_certain_is_refused(content: bytes) -> None:
    with pytest.raises(WrongInput):
        warmest_c(content, "file.csv")


def test_a_temperature_said_where_the_file_cannot(tanks: Clinic) -> None:
    tanks.ok("storage", "add", "PHARMACY/BOX-1", "--grid", "5x5", "--custodian", "pharmacy", **BENCH)
    vial = tanks.vials("stored")[0]
    sent = tanks.ok("transfer", "send", vial, "--to", "pharmacy", "--seal", "1", "--logger", "2", **BENCH)["code"]
    Path(tanks.place.parent / "logger.pdf").write_bytes(b"%PDF-1.4")
    receive = ("transfer", "receive", sent, "--into", "PHARMACY/BOX-1", "--temperature-file", "logger.pdf")
    tanks.refused(2, *receive, user="pharmacist")
    assert tanks.ok(*receive, "--warmest-c", "-155,5", user="pharmacist")["warmest_c"] == "-155.5"


def test_an_excursion_holds_what_was_inside_and_told_long_after_it_is_a_late_entry(tanks: Clinic) -> None:
    of = ("storage", "excursion", "TANK1", "--warmest-c", "-128")
    inside = {cell["code"] for cell in tanks.ok("storage", "map", "TANK1/R02/BOX-A")["cells"].values()}
    now = tanks.ok(*of, "--from", ago(30), "--until", ago(10), **BENCH)
    assert set(now["vials"]) == inside
    assert now["deviations"]
    before = (*of, "--from", ago(60 * 40), "--until", ago(60 * 30))
    found = {one["code"] for one in tanks.refused(3, *before, **BENCH)["findings"]}
    assert found == {"act.late.reason", "act.late.witness"}
    late = tanks.ok(*before, "--because", "It was the weekend", "--witness", "reviewer", **BENCH)
    assert late["vials"] == [], "they were not there yet"
