"""What is shown of the made-up station and label, in a process of its own whose `cellbank` is the tree with them."""

import asyncio
import sys
from pathlib import Path

from label_reading import codes_in, pages_at

import cellbank
from cellbank.bank import Bank
from cellbank.commands import bioreactor as commands
from cellbank.documents.label_kinds import LABELS
from cellbank.documents.preview import preview
from cellbank.domain.identifiers import own_code
from cellbank.domain.terms import Station
from cellbank.languages import known_languages
from cellbank.passwords import cheap
from cellbank.services import hold
from cellbank.services.acts import service_of
from cellbank.store import codes
from cellbank.views import lookup
from cellbank.wording import texts
from tests import test_stations
from tests.banks import PASSWORD, Ticking, furnish
from tests.cli.shell import Shell
from tests.test_architecture import unlike
from tests.tui.hands import at_the_desk
from tui.screens.form import FormScreen
from tui.screens.record import RecordScreen


def every_table_has_it() -> None:
    for table in test_stations.TABLES:
        test_stations.test_every_station_has_its_place_in_every_table(table)
    test_stations.test_every_station_has_a_word_of_the_command_line_and_words_in_every_language()
    test_stations.test_a_station_is_its_table()
    test_stations.test_prefixes_are_told_apart()
    test_stations.test_every_kind_of_label_is_of_a_station_and_has_a_paper_of_its_own()
    assert list(unlike({language: texts(language) for language in known_languages()})) == []
    assert {service_of(one).__name__ for one in (commands.Start, commands.Stop)} == {"start", "stop"}


def it_is_found_by_its_code(bank: Bank, code: str) -> None:
    with bank.read() as reading:
        assert codes.resolve(reading, code).station is Station.BIOREACTOR
        assert codes.resolve(reading, code.lower()).code == code, "as a hurried hand types it"
        assert lookup.known(reading, code).station is Station.BIOREACTOR
        assert preview(reading, "bioreactor", code).words == ("50 L",)


async def the_screen_shows_it(bank: Bank, code: str) -> None:
    async with at_the_desk(bank, "technician") as hands:
        await hands.scan(code)
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the record")
        await hands.sees(f"bioreactor {code}", "litres", "50", "F5 Stop the bioreactor")
        await hands.press("ctrl+p")
        await hands.sees("Stop the bioreactor", "It runs no longer")
        await hands.type("start a bio")
        await hands.sees("A bioreactor begins to run")
        await hands.press("escape")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, FormScreen), "the form")
        await hands.press("escape")
        await hands.read()
        await hands.press("ctrl+l")
        await hands.sees(f"Label of {code}", "50 L")


def the_command_line_speaks_of_it(shell: Shell, code: str) -> None:
    shown = shell.ok("bioreactor", "show", code)
    assert (shown["code"], shown["litres"]) == (code, 50)
    assert shown["stopped_at"] is not None
    unknown = own_code(Station.BIOREACTOR, 2099, 1)
    assert shell.run("bioreactor", "show", unknown, LANG="fr").err.strip() == f"Il n'y a pas de bioréacteur {unknown}."


def its_label_is_printed(shell: Shell, bank: Bank, code: str) -> None:
    paper = shell.place.parent / "label.pdf"
    shell.ok("label", "bioreactor", code, "--output", paper, user="technician", PASSWORD=PASSWORD)
    assert codes_in(pages_at(paper.read_bytes(), LABELS_DPI)[0]) == [code]
    refused = shell.refused(
        3, "label", "bioreactor", code, "--output", paper, "--force", user="technician", PASSWORD=PASSWORD
    )
    assert [one["code"] for one in refused["findings"]] == ["label.bioreactor.printed_already"]


LABELS_DPI = 300


def main(folder: Path) -> None:
    assert Path(cellbank.__file__).parents[1] == folder, "the tree is what is imported"
    every_table_has_it()
    assert "bioreactor" in LABELS
    place = folder / "bank.db"
    actors = furnish(str(place))
    with Bank.open(str(place), clock=Ticking(), hasher=cheap()) as bank:
        outcome = bank.perform(actors["technician"], commands.Start(50))
        (code,) = outcome.codes("bioreactor.started")
        it_is_found_by_its_code(bank, code)
        asyncio.run(the_screen_shows_it(bank, code))
        bank.perform(actors["technician"], lambda work: hold.put_hold(work, code, "It leaks"))
        bank.perform(actors["technician"], commands.Stop(code))
        assert bank.verify().intact
    shell = Shell(place)
    the_command_line_speaks_of_it(shell, code)
    its_label_is_printed(shell, bank, code)
    sys.stdout.write(f"shown: {code}\n")


main(Path(sys.argv[1]).resolve())
