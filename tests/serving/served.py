"""`cellbank serve` as its own process, and a browser's half of a session without a browser."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from yarl import URL

from cellbank.wording import Language
from tui.serving.address import asked
from tui.serving.server import BankServer, Offer

ROOT = Path(__file__).parents[2]
ENTRY = [sys.executable, "-c", "import sys; from cellbank.cli import main; sys.exit(main())"]
PATIENCE = 40.0
"""Seconds that a test waits for what must come; a busy machine starts processes slowly."""
ESCAPES = re.compile(r"\x1b(\[[0-9;?<>$]*[a-zA-Z]|\][^\x07]*\x07|[()].|.)")


def surroundings(**variables: str) -> dict[str, str]:
    """The tests' own environment, without what a developer set for their bank."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CELLBANK_")}
    return own | {"PYTHONPATH": str(ROOT)} | variables


@dataclass
class Served:
    """A server that runs: where it is, and its process."""

    process: subprocess.Popen[bytes]
    answer: Mapping[str, object]
    errors: Path

    @property
    def url(self) -> str:
        """Where it is served."""
        return str(self.answer["url"])

    @property
    def said(self) -> str:
        """What it told whoever runs it."""
        return self.errors.read_text("utf-8")

    def sessions(self) -> list[int]:
        """The processes of its sessions."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("utf-8")
        return [int(pid) for pid in found.split()]

    def stop(self, *signals: signal.Signals) -> int:
        """Ctrl+C, unless told otherwise; its exit code."""
        for number in signals or (signal.SIGINT,):
            self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(place: Path | str, folder: Path, *words: str, **variables: str) -> Iterator[Served]:
    """A server on a bank, on a free port; stopped at the end."""
    errors = folder / "serve.log"
    with errors.open("wb") as log:
        process = subprocess.Popen(
            [*ENTRY, "--json", "--bank", str(place), "serve", "--port", "0", *words],
            env=surroundings(**variables),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        yield Served(process, _answer(process, errors), errors)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def _answer(process: subprocess.Popen[bytes], errors: Path) -> Mapping[str, object]:
    assert process.stdout is not None
    text = ""
    while True:
        line = process.stdout.readline()
        assert line, f"the server ended before it served: {errors.read_text('utf-8')}"
        text += line.decode()
        if line == b"}\n":
            found: Mapping[str, object] = json.loads(text)
            return found


READY = """
import sys
out, asked = sys.stdout.buffer, sys.stdin.buffer
told = asked.readline()
out.write(b"__GANGLION__\\nD" + (5).to_bytes(4, "big") + b"ready")
out.flush()
while (head := asked.read(5)) and b"quit" not in (said := asked.read(int.from_bytes(head[1:], "big"))):
    sys.exit(3) if said == b"crash" else None
"""
STAND_IN = (sys.executable, "-I", "-S", "-c", READY)
"""A session's process that is there at once: it says `ready`, ends when it is asked to, and crashes when told."""


@dataclass
class AtHand:
    """A server in the test's own process."""

    url: str
    server: BankServer
    said: list[str]

    def sessions(self) -> list[int]:
        """The processes of its sessions."""
        return [one._process.pid for one in self.server._sessions if one._process is not None]

    async def get(self, path: str = "/", **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers of an answer; the path is sent as it stands."""
        url = URL(f"{self.url}{path}", encoded=True)
        async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def until(self, *texts: str) -> None:
        """Wait until it has told all this."""
        async with asyncio.timeout(PATIENCE):
            while not all(text in "\n".join(self.said) for text in texts):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def at_hand(
    place: Path | str,
    *,
    public: str | None = None,
    sessions: int = 8,
    language: Language = "en",
    program: Sequence[str] = STAND_IN,
    printers: str = "",
) -> AsyncIterator[AtHand]:
    """A server without a process of its own, on a free port of loopback; its sessions have theirs."""
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        offer = Offer(str(place), "Test bank", language, sessions, "srv-cells", printers=printers)
        server = BankServer(offer, asked("127.0.0.1", port, public), said.append, program)
        runner = web.AppRunner(await server._make_app(), access_log=None)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        try:
            yield AtHand(f"http://127.0.0.1:{port}", server, said)
        finally:
            await runner.cleanup()


def until_gone(pids: list[int]) -> None:
    """Wait until none of these processes is left."""
    end = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < end, f"still there: {left}"


class Line:
    """One session's WebSocket: what a browser's terminal sends and gets."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.text = ""
        self.told: list[list[object]] = []

    async def sees(self, *texts: str) -> None:
        """Read until every text has come; a text that is written in two parts is not found."""
        async with asyncio.timeout(PATIENCE):
            while not all(text in self.text for text in texts):
                assert await self.read(), f"closed ({self.socket.close_code}) before {texts}: {self.text[-2000:]}"

    async def hears(self, kind: str) -> object:
        """Read until the server tells the page something of this kind."""
        async with asyncio.timeout(PATIENCE):
            while not any(told[0] == kind for told in self.told):
                assert await self.read(), f"closed before {kind}"
        return next(told[1] for told in self.told if told[0] == kind)

    async def read(self) -> bool:
        """Read one message; false at the end."""
        message = await self.socket.receive()
        if message.type is aiohttp.WSMsgType.BINARY:
            self.text += ESCAPES.sub("", message.data.decode("utf-8"))
        elif message.type is aiohttp.WSMsgType.TEXT:
            self.told.append(message.json())
        return message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}

    async def type(self, keys: str) -> None:
        """Keys as a terminal sends them."""
        self.text = ""
        await self.socket.send_json(["stdin", keys])

    async def sign_in(self, name: str, password: str, then: str) -> None:
        """From the sign-in to what comes then."""
        await self.sees("Password")
        await self.type(f"{name}\r{password}\r")
        await self.sees(then)

    async def why_closed(self) -> tuple[int | None, str]:
        """Read to the end: the code, and the word that came with it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return message.data, message.extra or ""
                assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, message.type


@asynccontextmanager
async def line(
    url: str, *, query: str = "?width=110&height=34", origin: str | None = None, **headers: str
) -> AsyncIterator[Line]:
    """A session as a browser opens it."""
    where = f"{url}/ws{query}"
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(where, origin=origin or url, headers=headers, autoclose=False, max_msg_size=0) as opened,
    ):
        yield Line(opened)
