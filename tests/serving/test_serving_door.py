"""The door of the server: who is refused, with which words, and what the page may do."""

import re
from pathlib import Path

import aiohttp
import pytest

from cellbank.wording import Wording
from tests.serving.served import AtHand, Served, at_hand, line, serving
from tui.serving.server import _page

PUBLIC = "https://bank.example.org"
LOADED = ["/static/js/textual.js", "/static/css/xterm.css", "/page/page.js", "/page/page.css", "/page/icon.svg"]
EVERYWHERE = ["/", *LOADED, "/download/x", "/nowhere"]
LISTENING = "0A"
"""The state of a socket, as the kernel writes it (proc(5), /proc/net/tcp)."""


def listening(served: Served) -> list[str]:
    """The address (hexadecimal, as the kernel has it) of every socket on which the server listens."""
    process = Path(f"/proc/{served.process.pid}")
    own = {path.readlink().name for path in (process / "fd").iterdir()}
    rows = [
        row.split() for table in ("tcp", "tcp6") for row in (process / "net" / table).read_text("utf-8").splitlines()
    ]
    return [row[1].partition(":")[0] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in own]


def test_left_alone_it_listens_on_loopback_only(furnished: Path, tmp_path: Path) -> None:
    with serving(furnished, tmp_path) as served:
        assert listening(served) == ["0100007F"], "127.0.0.1, in the kernel's order"
        assert served.url.startswith("http://127.0.0.1:")


def test_on_an_open_address_it_warns(furnished: Path, tmp_path: Path) -> None:
    with serving(furnished, tmp_path, "--host", "0.0.0.0", "--public-url", PUBLIC) as served:  # noqa: S104
        assert listening(served) == ["00000000"]
        assert served.url == PUBLIC
        assert "Listening on 0.0.0.0 without TLS. Let nobody but the proxy reach it." in served.said


async def test_a_foreign_host_is_misdirected_wherever_it_asks(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        own = server.url.removeprefix("http://")
        for path in EVERYWHERE:
            status, said, headers = await server.get(path, Host="evil.example:8765")
            assert status == 421, path
            assert said.startswith("Refused: this server does not answer for “evil.example:8765”, only for ")
            assert own in said
            assert headers["X-Content-Type-Options"] == "nosniff"
        for host in ("", "evil.example", "127.0.0.1", own.replace("127.0.0.1", "evil.example"), f"{own}.evil.example"):
            assert (await server.get(Host=host))[0] == 421, host


async def test_a_foreign_origin_is_refused_wherever_it_asks(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        secure, bare = server.url.replace("http", "https"), "http://127.0.0.1"
        for path in EVERYWHERE:
            for origin in ("http://evil.example", "null", secure, bare):
                status, said, _ = await server.get(path, Origin=origin)
                assert status == 403, (path, origin)
                assert said == f"Refused: a page of “{origin}” may not speak to this server; only {server.url} may.\n"


async def refusal_of(server: AtHand, origin: str | None, **headers: str) -> int:
    """The status with which a session is refused."""
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(f"{server.url}/ws", origin=origin, headers=headers)
    return refused.value.status


async def test_a_session_is_opened_for_its_own_page_alone(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        for origin in ("http://evil.example", "null", "http://127.0.0.1", "http://localhost:1", None):
            assert await refusal_of(server, origin) == 403, origin
        assert await refusal_of(server, "http://evil.example", Host="evil.example") == 421
        assert server.said == [], "no session began"
        async with line(server.url) as session:
            await session.sees("ready")


async def test_the_page_is_served_under_every_name_of_this_machine_and_each_is_its_own_origin(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        other = server.url.replace("127.0.0.1", "localhost")
        status, _, headers = await server.get(Host=other.removeprefix("http://"), Origin=other)
        assert status == 200
        assert headers["Content-Security-Policy"].endswith(f"connect-src 'self' {other.replace('http', 'ws')}")
        status, _, _ = await server.get(Host=other.removeprefix("http://"), Origin=server.url)
        assert status == 403


async def test_behind_a_proxy_only_the_public_name_and_origin_are_answered(furnished: Path) -> None:
    async with at_hand(furnished, public=PUBLIC) as server:
        status, said, _ = await server.get()
        assert status == 421, "a proxy that does not pass on Host"
        assert "let the proxy pass on Host" in said
        status, _, headers = await server.get(Host="bank.example.org")
        assert status == 200
        assert headers["Content-Security-Policy"].endswith("connect-src 'self' wss://bank.example.org")
        for origin, answer in ((PUBLIC, 200), ("http://bank.example.org", 403), (server.url, 403)):
            assert (await server.get(Host="bank.example.org", Origin=origin))[0] == answer, origin
        async with line(server.url, origin=PUBLIC, Host="bank.example.org") as session:
            await session.sees("ready")


async def test_the_page_and_what_it_loads_name_no_foreign_address(furnished: Path) -> None:
    named = {}
    async with at_hand(furnished) as server:
        for path in ("/", *LOADED):
            status, text, _ = await server.get(path)
            assert status == 200
            named[path] = set(re.findall(r"""https?://[^\s"'`)]+|["'(]//\w+\.\w""", text))
    assert named.pop("/page/icon.svg") == {"http://www.w3.org/2000/svg"}, "a name of a format, not a place"
    assert named.pop("/static/css/xterm.css") == {"https://github.com/chjj/term.js", "http://bellard.org/jslinux/"}
    assert named == {path: set() for path in named}


async def test_everything_that_the_page_names_is_there(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        _, page, _ = await server.get()
        _, style, _ = await server.get("/page/page.css")
        paths = [f"/{path}" for path in re.findall(r'(?:href|src)="([^"]+)"', page)]
        paths += [f"/{path}" for path in re.findall(r'url\("\.\./([^"]+)"\)', style)]
        assert set(paths) == {*LOADED, *(path for path in paths if path.startswith("/static/fonts/"))}
        assert len(paths) == 7
        async with aiohttp.ClientSession() as client:
            for path in paths:
                async with client.get(f"{server.url}{path}") as answer:
                    assert answer.status == 200, path


async def test_the_policy_lets_the_page_load_and_reach_nothing_but_its_server(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        _, _, headers = await server.get()
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["connect-src"] == f"'self' {server.url.replace('http', 'ws')}"
    assert not re.search(r"\*|data:|unsafe-eval|https?:", headers["Content-Security-Policy"])
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


async def test_no_folder_is_listed_and_no_file_beside_the_page_is_served(furnished: Path) -> None:
    hidden = ["/static/", "/page/", "/page/../server.py", "/page/%2e%2e/server.py", "/page//etc/passwd", "/download/"]
    async with at_hand(furnished) as server:
        for path in hidden:
            status, said, _ = await server.get(path)
            assert status in {403, 404}, path
            assert not re.search("import|root:|textual.js|page.css", said)


async def test_a_download_that_nobody_offered_is_not_found(furnished: Path) -> None:
    async with at_hand(furnished) as server:
        assert (await server.get("/download/0123456789abcdef"))[0] == 404


async def test_the_door_and_the_page_speak_the_servers_language(furnished: Path) -> None:
    async with at_hand(furnished, language="fr") as server:
        _, said, _ = await server.get(Host="evil.example")
        assert said.startswith("Refusé : ce serveur ne répond pas pour « evil.example »")
        _, page, _ = await server.get()
        assert '<html lang="fr">' in page
        assert "La session est terminée." in page


def test_a_title_is_text_on_the_page_whatever_it_holds() -> None:
    page = _page("<script>alert(1)</script> $begin & Co", Wording("en"))
    assert "<title>cellbank · &lt;script&gt;alert(1)&lt;/script&gt; $begin &amp; Co</title>" in page
