"""Printers: which a setting names, what each is given, and that one which fails says so."""

from pathlib import Path

import pytest

from cellbank.errors import CannotPrint, WrongInput
from cellbank.languages import known_languages
from cellbank.printers import known, named
from cellbank.wording import Wording
from tests.a_printer import LP_THAT_FAILS, a_deaf_port, a_network_printer, an_lp, setting


def test_without_a_setting_there_is_no_printer() -> None:
    assert known("") == {}


def test_a_label_printer_takes_zpl_and_a_queue_pdf() -> None:
    found = known(setting(bench="socket://labels.example:9101", hall="socket://10.0.0.5", office="lp:Office_Laser"))
    assert [(one.name, one.form, one.host, one.port, one.queue) for one in found.values()] == [
        ("bench", "zpl", "labels.example", 9101, ""),
        ("hall", "zpl", "10.0.0.5", 9100, ""),
        ("office", "pdf", "", 9100, "Office_Laser"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("bench=socket://x", "printer.setting"),
        ('["bench"]', "printer.setting"),
        ('{"bench": 9100}', "printer.setting"),
        ('{"": "lp:x"}', "printer.name"),
        ('{"a b": "lp:x"}', "printer.name"),
        ('{"bench": "http://x"}', "printer.address"),
        ('{"bench": "socket://x:0"}', "printer.address"),
        ('{"bench": "socket://x:99999"}', "printer.address"),
        ('{"bench": "lp:-o x"}', "printer.address"),
        ('{"bench": "lp:x; rm -r y"}', "printer.address"),
    ],
)
def test_a_setting_that_names_no_printer_is_refused_with_what_to_write(text: str, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        known(text)
    assert refused.value.code == code
    for language in known_languages():
        assert "{" not in Wording(language).error(refused.value).replace('{"', "").replace(text, "")


def test_an_unknown_printer_is_refused_with_those_there_are() -> None:
    with pytest.raises(WrongInput, match=r"printer\.unknown") as refused:
        named(setting(bench="lp:x"), "office")
    assert "bench" in Wording("en").error(refused.value)


def test_a_label_printer_is_sent_the_document_as_it_is() -> None:
    with a_network_printer() as there:
        named(setting(bench=there.address), "bench").send(b"^XA^XZ" * 10_000)
        assert there.next() == b"^XA^XZ" * 10_000


def test_a_printer_that_does_not_answer_is_said_with_what_to_do() -> None:
    with pytest.raises(CannotPrint, match=r"printer\.silent") as failed:
        named(setting(bench=f"socket://127.0.0.1:{a_deaf_port()}"), "bench").send(b"^XA^XZ")
    assert failed.value.exit_code == 7
    assert "print again with the reason" in Wording("en").error(failed.value)


def test_a_queue_is_given_the_document_on_its_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = an_lp(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    named(setting(office="lp:Office_Laser"), "office").send(b"%PDF-1.4")
    assert Path(f"{program}.document").read_bytes() == b"%PDF-1.4"
    assert Path(f"{program}.words").read_text().split() == ["-d", "Office_Laser", "-s", "-"]


def test_a_queue_that_refuses_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = an_lp(tmp_path / "bin", LP_THAT_FAILS)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    with pytest.raises(CannotPrint) as failed:
        named(setting(office="lp:x"), "office").send(b"%PDF-1.4")
    assert "does not exist" in Wording("en").error(failed.value)


def test_a_machine_without_lp_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotPrint, match=r"printer\.no_lp"):
        named(setting(office="lp:x"), "office").send(b"%PDF-1.4")
