"""One session: what its process knows, how it ends, and that nothing else ends with it."""

import hashlib
import signal
from pathlib import Path

import aiohttp
import pytest

from cellbank.bank import Bank
from cellbank.views import audit, vial
from tests.a_printer import a_network_printer, setting
from tests.banks import PASSWORD
from tests.journey import Scene
from tests.serving.served import ROOT, AtHand, at_hand, line, serving, until_gone
from tests.tui.test_tui_release import an_untested_lot
from tui.serving.environment import NEEDED
from tui.serving.session import DESK

SECRETS = {
    "CELLBANK_PASSWORD": "inherited-1",
    "CELLBANK_PASSWORD_FILE": "/inherited-2",
    "CELLBANK_SECOND_PASSWORD": "inherited-3",
    "CELLBANK_SECOND_PASSWORD_FILE": "/inherited-4",
    "CELLBANK_NEW_PASSWORD": "inherited-5",
    "CELLBANK_USER": "inherited-6",
    "PGPASSWORD": "inherited-7",
    "AWS_SECRET_ACCESS_KEY": "inherited-8",
    "TEXTUAL_LOG": "inherited-9.log",
    "PYTHONSTARTUP": "inherited-10",
}
OWN = {"CELLBANK_WORKSTATION", "TEXTUAL_COLOR_SYSTEM", "COLUMNS", "ROWS"}
QUIT = "\x11"
F8 = "\x1b[19~"
PUBLIC = "https://bank.example.org"


def environment_of(pid: int) -> dict[str, str]:
    """What the kernel says that a process was given."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().rstrip("\0").split("\0")
    return dict(pair.split("=", 1) for pair in pairs)


# What a process knows.


async def test_the_process_of_a_session_is_given_nothing_but_what_is_on_the_list(
    furnished: Path, tmp_path: Path
) -> None:
    with serving(furnished, tmp_path, **SECRETS, LC_ALL="C.UTF-8", CELLBANK_WORKSTATION="srv-7") as served:
        async with line(served.url) as session:
            await session.sees("Password")
            [pid] = served.sessions()
            given = environment_of(pid)
            assert "inherited-1" in str(environment_of(served.process.pid)), "the control: it was there to inherit"
            await session.type(QUIT)
            assert await session.why_closed() == (1000, "ended")
    assert set(given) <= {*NEEDED, *OWN}
    assert (given["LC_ALL"], given["CELLBANK_WORKSTATION"]) == ("C.UTF-8", "srv-7/127.0.0.1")
    assert not [value for value in given.values() if "inherited" in value]


def test_the_list_names_no_password_and_no_prefix() -> None:
    foreign = ("CELLBANK", "TEXTUAL", "AWS")
    assert not [name for name in NEEDED if "PASSWORD" in name or "*" in name or name.startswith(foreign)]


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_the_password_of_a_banks_address_stands_where_no_other_process_reads_it(place: str) -> None:
    secret = place.partition("@")[0].rpartition(":")[2]
    async with at_hand(place, program=DESK) as server, line(server.url) as session:
        await session.sign_in("qa", PASSWORD, "Quality")
        [pid] = server.sessions()
        assert secret not in str(environment_of(pid))
        assert secret not in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
        assert secret not in str(server.said)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("?width=9999999&height=9999999", ("500", "200")),
        ("?width=-1&height=0", ("20", "5")),
        ("?width=x", ("80", "24")),
    ],
)
async def test_a_screen_is_as_large_as_a_screen_may_be(furnished: Path, query: str, size: tuple[str, str]) -> None:
    async with at_hand(furnished) as server, line(server.url, query=query) as session:
        await session.sees("ready")
        given = environment_of(server.sessions()[0])
        assert (given["COLUMNS"], given["ROWS"]) == size


def recorded_at(place: Path) -> str:
    """The workstation of the newest entry."""
    with Bank.open(str(place)) as bank, bank.read() as reading:
        return audit.entries(reading, 1)[0].workstation


async def test_the_record_says_that_an_act_was_done_in_a_browser_and_from_where(furnished: Path) -> None:
    async with at_hand(furnished, program=DESK) as server, line(server.url) as session:
        await session.sign_in("qa", f"not {PASSWORD}", "is wrong")
    assert recorded_at(furnished) == "srv-cells/127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [("203.0.113.9, 10.0.0.7", "10.0.0.7"), ("2001:db8::7", "2001:db8::7"), ("bob", "127.0.0.1"), ("", "127.0.0.1")],
)
async def test_behind_a_proxy_the_record_has_the_address_that_the_proxy_forwards(
    furnished: Path, forwarded: str, client: str
) -> None:
    headers = {"Host": "bank.example.org", "X-Forwarded-For": forwarded}
    async with at_hand(furnished, public=PUBLIC) as server, line(server.url, origin=PUBLIC, **headers) as session:
        await session.sees("ready")
        assert environment_of(server.sessions()[0])["CELLBANK_WORKSTATION"] == f"srv-cells/{client}"


async def test_without_a_proxy_nobody_says_where_they_come_from(furnished: Path) -> None:
    async with at_hand(furnished) as server, line(server.url, **{"X-Forwarded-For": "10.0.0.7"}) as session:
        await session.sees("ready")
        assert environment_of(server.sessions()[0])["CELLBANK_WORKSTATION"] == "srv-cells/127.0.0.1"


# How a session ends.


async def test_a_session_that_is_left_ends_its_process_and_no_other(furnished: Path) -> None:
    async with at_hand(furnished) as server, line(server.url) as kept:
        await kept.sees("ready")
        [first] = server.sessions()
        async with line(server.url) as left:
            await left.sees("ready")
        await server.until("A session from 127.0.0.1 ended (1 left).")
        assert server.sessions() == [first]
        assert Path(f"/proc/{first}").exists()


async def test_a_process_that_crashes_is_told_to_the_browser_and_to_the_server(furnished: Path) -> None:
    async with at_hand(furnished) as server, line(server.url) as session:
        await session.sees("ready")
        await session.type("crash")
        assert await session.why_closed() == (1000, "failed")
        await server.until("A session for 127.0.0.1 ended by a fault (exit 3). Set CELLBANK_DEBUG=1 to see where.")


async def test_a_program_that_cannot_be_started_is_told_too(furnished: Path) -> None:
    async with at_hand(furnished, program=["/nowhere/python"]) as server:
        async with line(server.url) as session:
            assert await session.why_closed() == (1000, "failed")
        await server.until("A session for 127.0.0.1 could not begin. No such file or directory")


async def test_a_bank_that_is_gone_fails_the_next_session_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with a module of the UI's name, which no session takes for the UI."""
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text("raise SystemExit(7)", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    async with at_hand(tmp_path / "gone.db", program=DESK) as server:
        async with line(server.url) as session:
            assert await session.why_closed() == (1000, "failed")
        await server.until(f"could not begin. There is no bank at {tmp_path / 'gone.db'}.")


async def test_there_are_no_more_sessions_than_allowed_and_a_place_left_is_free_again(
    furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_hand(furnished, sessions=1) as server:
        async with line(server.url) as first:
            await first.sees("ready")
            with monkeypatch.context() as patch:
                patch.setattr("tui.serving.server.PLACE_SECONDS", 0.05)
                async with line(server.url) as second:
                    assert await second.why_closed() == (1000, "full")
            assert len(server.sessions()) == 1
        async with line(server.url) as third:  # The first is ending meanwhile, as when a page is loaded again.
            await third.sees("ready")
        await server.until("A browser at 127.0.0.1 was turned away: all 1 sessions are in use.")


NONSENSE = [
    "",
    "no JSON",
    "{}",
    "[]",
    "[" * 100_000,
    '["resize"]',
    '["resize",{"width":"x","height":1}]',
    '["resize",{"width":1e999,"height":1}]',
    '["stdin",1]',
    '["stdin","\\ud800"]',
]


async def test_nonsense_ends_its_own_session_alone(furnished: Path) -> None:
    async with at_hand(furnished) as server, line(server.url) as kept:
        await kept.sees("ready")
        for nonsense in NONSENSE:
            async with line(server.url) as session:
                await session.sees("ready")
                await session.socket.send_str(nonsense)
                assert await session.why_closed() == (1000, "ended"), nonsense[:40]
        told = [said for said in server.said if "what no terminal sends" in said]
        assert len(told) == len(NONSENSE)
        await kept.socket.send_json(["ping", "1"])
        assert await kept.hears("pong") == "1"


async def test_a_message_beyond_all_measure_ends_the_session(furnished: Path) -> None:
    async with at_hand(furnished) as server, line(server.url) as session:
        await session.sees("ready")
        await session.socket.send_json(["stdin", "x" * 300_000])
        code, _ = await session.why_closed()
        assert code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await server.until("A session from 127.0.0.1 ended (0 left).")


# How the server ends.


async def test_ctrl_c_stops_the_server_in_order_and_tells_every_browser(furnished: Path, tmp_path: Path) -> None:
    with serving(furnished, tmp_path) as served:
        async with line(served.url) as session:
            await session.sees("Password")
            pids = served.sessions()
            served.process.send_signal(signal.SIGINT)
            assert await session.why_closed() == (1000, "stopped")
        assert served.process.wait() == 0
        until_gone(pids)
        assert "Stopping: each session ends what it has in hand." in served.said
        assert "Traceback" not in served.said


async def test_the_sessions_of_a_server_that_is_killed_end_by_themselves(furnished: Path, tmp_path: Path) -> None:
    with serving(furnished, tmp_path) as served:
        async with line(served.url) as session:
            await session.sees("Password")
            pids = served.sessions()
            served.process.kill()
            until_gone(pids)


STUBBORN = """
import sys, time
sys.stdout.buffer.write(b"__GANGLION__\\nD" + (5).to_bytes(4, "big") + b"ready")
sys.stdout.buffer.flush()
time.sleep(600)
"""


async def a_stubborn(server: AtHand) -> int:
    """The process of a session that its browser has left, and that does not end."""
    async with line(server.url) as session:
        await session.sees("ready")
        [pid] = server.sessions()
    return pid


async def test_a_process_that_does_not_end_is_ended_after_a_while(
    furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.serving.session.LAST_WORD_SECONDS", 0.1)
    async with at_hand(furnished, program=[DESK[0], "-I", "-S", "-c", STUBBORN]) as server:
        pid = await a_stubborn(server)
        await server.until("ended by a fault (exit -9)")
        assert not Path(f"/proc/{pid}").exists()


async def test_a_second_ctrl_c_does_not_wait(furnished: Path) -> None:
    async with at_hand(furnished, program=[DESK[0], "-I", "-S", "-c", STUBBORN]) as server:
        await a_stubborn(server)
        assert len(server.sessions()) == 1
        server.server.kill()
        await server.until("ended by a fault (exit -9)")
        assert server.sessions() == []


# What a session hands over.


async def test_labels_printed_in_a_browser_come_as_a_download_and_stay_nowhere_else(
    banked: Scene, tmp_path: Path
) -> None:
    number = an_untested_lot(banked)
    before = sorted(tmp_path.iterdir())
    async with at_hand(banked.bank.place, program=DESK) as server, line(server.url) as session:
        await session.sign_in("technician", PASSWORD, "Bench")
        await session.type(f"{number}\r")
        await session.sees(f"Lot {number}")
        await session.type(F8)
        await session.sees(f"{number}-1.pdf", "without a label (4)")
        await session.type(F8)
        key = await session.hears("deliver_file_start")
        async with aiohttp.ClientSession() as client:
            async with client.get(f"{server.url}/download/{key}") as answer:
                document = await answer.read()
            async with client.get(f"{server.url}/download/{key}") as again:
                assert again.status == 404, "it is handed over once"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}-1.pdf"
    [run] = banked.read(vial.prints, number)
    assert hashlib.sha256(document).hexdigest() == run.sha256
    assert sorted(tmp_path.iterdir()) == before


async def test_labels_printed_in_a_browser_go_to_the_printer_of_the_site(banked: Scene) -> None:
    number = an_untested_lot(banked)
    with a_network_printer() as there:
        known = setting(bench=there.address)
        async with at_hand(banked.bank.place, program=DESK, printers=known) as server, line(server.url) as session:
            await session.sign_in("technician", PASSWORD, "Bench")
            await session.type(f"{number}\r")
            await session.sees(f"Lot {number}")
            await session.type(F8)
            await session.sees("printer bench", "without a label (4)")
            await session.type(F8)
            await session.sees("sent to the printer bench")
        document = there.next()
    [run] = banked.read(vial.prints, number)
    assert (run.form, run.sha256) == ("zpl", hashlib.sha256(document).hexdigest())
