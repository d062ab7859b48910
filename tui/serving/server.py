"""The server: one page, one WebSocket a session, at most so many sessions; Ctrl+C ends them in order."""

import asyncio
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from ipaddress import ip_address
from pathlib import Path
from string import Template

from aiohttp import web
from textual_serve.server import Server, to_int

from cellbank.errors import WrongInput
from cellbank.wording import Language, Wording
from tui.serving.address import Address
from tui.serving.door import Door
from tui.serving.session import DESK, LAST_WORD_SECONDS, Session

PAGE = Path(__file__).parent / "page"
LARGEST_MESSAGE = 256 * 1024
"""Bytes of one message from a browser; the longest is a paste."""
HEARTBEAT_SECONDS = 15.0
"""Seconds between two pings, so that no proxy cuts an idle session off."""
PLACE_SECONDS = 3.0
"""How long a browser waits for a place: one that reloads its page gives its old place back meanwhile."""
NONSENSE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, RecursionError)
"""What reading a message raises that no terminal sends; it ends the session that it came from."""
ENDS = ("ended", "full", "failed", "stopped", "lost")
"""Why a session ended, as the page says it; `lost` is what the browser finds out by itself."""


@dataclass(frozen=True)
class Offer:
    """What is served: the bank at a place, in a language, to so many sessions.

    `workstation` is what the record calls the machine that serves; `debug` shows the trace of a session that fails;
    `printers` is the setting that names those of the site.
    """

    place: str
    title: str
    language: Language
    sessions: int
    workstation: str
    debug: bool = False
    printers: str = ""


class BankServer(Server):
    """textual-serve's server behind a door, with its own page and sessions of its own."""

    def __init__(
        self, offer: Offer, address: Address, say: Callable[[str], None], program: Sequence[str] = DESK
    ) -> None:
        super().__init__("", address.host, address.port, offer.title, address.origin)
        self.offer = offer
        self.address = address
        self.wording = Wording(offer.language)
        self.program = program
        self._say = say
        self._free = asyncio.Semaphore(offer.sessions)
        self._sessions: dict[Session, web.WebSocketResponse] = {}
        self._page = _page(offer.title, self.wording)

    async def _make_app(self) -> web.Application:
        door = Door(self.address, self.wording)
        app = web.Application(middlewares=[door.check])
        app.on_response_prepare.append(door.add_security_headers)
        app.on_shutdown.append(self.on_shutdown)
        app.add_routes(
            [
                web.get("/", self.handle_page),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
                web.static("/page", PAGE),
            ]
        )
        return app

    async def handle_page(self, request: web.Request) -> web.Response:
        """The one page, the same for everyone."""
        return web.Response(text=self._page, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A session from its first byte to its end, or the word that there is no place."""
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_MESSAGE)
        await websocket.prepare(request)
        try:
            async with asyncio.timeout(PLACE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            self._tell("serve.session.full", client=self._client(request), sessions=self.offer.sessions)
            await websocket.close(message=b"full")
            return websocket
        try:
            await self._hold(request, websocket)
        finally:
            self._free.release()
        return websocket

    async def _hold(self, request: web.Request, websocket: web.WebSocketResponse) -> None:
        client = self._client(request)

        def why() -> bytes:
            return b"failed" if session.status or session.prelude else b"ended"

        session = Session(
            {"place": self.offer.place, "language": self.offer.language, "printers": self.offer.printers},
            f"{self.offer.workstation}/{client}",
            self.program,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=lambda: _close(websocket, why),
            download_manager=self.download_manager,
            debug=self.offer.debug,
        )
        self._sessions[session] = websocket
        self._tell("serve.session.began", client=client, count=len(self._sessions), sessions=self.offer.sessions)
        try:
            await self._converse(request, websocket, session)
        except NONSENSE:
            self._tell("serve.session.nonsense", client=client)
        finally:
            await session.stop()
            del self._sessions[session]
            await _close(websocket, why)
            self._tell_end(session, client)

    async def _converse(self, request: web.Request, websocket: web.WebSocketResponse, session: Session) -> None:
        width, height = (to_int(request.query.get(name, ""), usual) for name, usual in (("width", 80), ("height", 24)))
        try:
            await session.start(width, height)
        except OSError as error:
            session.prelude = error.strerror or str(error)
            return
        with suppress(ConnectionError):  # The browser is gone.
            await self._process_messages(websocket, session)

    def _tell_end(self, session: Session, client: str) -> None:
        if session.prelude:
            self._tell("serve.session.failed", client=client, why=" ".join(session.prelude.split()))
        elif session.status:
            self._tell("serve.session.fault", client=client, status=session.status)
        else:
            self._tell("serve.session.ended", client=client, count=len(self._sessions))

    def _client(self, request: web.Request) -> str:
        """The browser's address: behind a proxy, the last one that was forwarded, which is the proxy's own word."""
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if self.address.public is not None:
            with suppress(ValueError):
                return str(ip_address(last))
        return request.remote or ""

    def _tell(self, code: str, /, **params: object) -> None:
        self._say(self.wording.say(code, **params))

    async def on_shutdown(self, app: web.Application) -> None:
        """Tell every browser that the server stops; their sessions end what they have in hand."""
        await asyncio.gather(*(_close(socket, lambda: b"stopped") for socket in self._sessions.values()))

    def kill(self) -> None:
        """End every session at once."""
        for session in self._sessions:
            session.kill()


async def _close(websocket: web.WebSocketResponse, why: Callable[[], bytes]) -> None:
    with suppress(ConnectionError):
        await websocket.close(message=why())


def _page(title: str, wording: Wording) -> str:
    words: Mapping[str, str] = {
        "language": wording.language,
        "title": title,
        "begin": wording.say("serve.page.begin"),
        "again": wording.say("serve.page.again"),
        "script": wording.say("serve.page.script"),
        **{end: wording.say(f"serve.page.{end}") for end in ENDS},
    }
    template = Template((PAGE / "index.html").read_text("utf-8"))
    return template.substitute({name: escape(said) for name, said in words.items()})


async def serve(
    offer: Offer, address: Address, *, listening: Callable[[str], None], say: Callable[[str], None]
) -> None:
    """Serve until SIGINT or SIGTERM; a second one does not wait for the sessions. `listening` is told the address.

    Refused (exit 2): an address or a port that is taken or not ours to take.
    """
    listener = _listener(address)
    address = replace(address, port=listener.getsockname()[1])
    server = BankServer(offer, address, say)
    runner = web.AppRunner(await server._make_app(), access_log=None, shutdown_timeout=LAST_WORD_SECONDS + 5)
    stopping = asyncio.Event()

    def stop() -> None:
        if stopping.is_set():
            server.kill()
        stopping.set()

    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Where there are no such handlers, Ctrl+C cancels us, and `finally` is run.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        listening(address.origin)
        await stopping.wait()
        say(server.wording.say("serve.stopping"))
    finally:
        await runner.cleanup()


def _listener(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        why = error.strerror or str(error)
        raise WrongInput("serve.port.taken", host=address.host, port=address.port, why=why) from error
