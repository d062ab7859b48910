"""A headless Chromium, driven over the DevTools protocol: a page, its keys, what stands on its terminal."""

import asyncio
import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

ENVIRONMENT = "CELLBANK_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 40.0
WIDTH, HEIGHT = 1280, 800
FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--use-mock-keychain",
    # No name but this machine's is found: what the page would fetch elsewhere fails.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)
KEYS: Mapping[str, tuple[str, int, str]] = {
    "enter": ("Enter", 13, "\r"),
    "escape": ("Escape", 27, ""),
    "tab": ("Tab", 9, ""),
    "f8": ("F8", 119, ""),
}
CTRL = 2
TERMINAL = """
window.terminalIsThere = new Promise((there) => {
  Object.defineProperty(Object.prototype, "terminal", { configurable: true, get() { return undefined; }, set(value) {
    Object.defineProperty(this, "terminal", { value, writable: true, configurable: true, enumerable: true });
    there(window.shown = value);
  } });
});
window.textShown = () => {
  const buffer = window.shown.buffer.active, lines = [];
  for (let row = 0; row < window.shown.rows; row++) lines.push(buffer.getLine(row).translateToString(true));
  return lines.join("\\n");
};
"""
"""The terminal belongs to the page's program alone; this keeps hold of it when the page's program puts it away."""


@dataclass(frozen=True)
class Found:
    """A Chromium that runs, or why none does."""

    address: str | None = None
    why_not: str = ""


@contextmanager
def running(folder: Path) -> Iterator[Found]:
    """A Chromium with a profile of its own; stopped at the end."""
    named = os.environ.get(ENVIRONMENT)
    binary = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if binary is None:
        missing = f"{named} is not there" if named else f"none of {', '.join(NAMES)} is installed"
        yield Found(why_not=f"{missing}; {ENVIRONMENT} names another")
        return
    # Its sandbox refuses root; the only page it opens is ours.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    log = folder / "chromium.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [binary, *FLAGS, *sandbox, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            env={name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    try:
        yield _address(process, binary)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _address(process: subprocess.Popen[bytes], binary: str) -> Found:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith("DevTools listening on "):
            return Found(text.removeprefix("DevTools listening on "))
        said.append(text)
    return Found(why_not=f"{binary} does not start: {' '.join(said)[-400:]}")


class DevTools:
    """The connection to a browser: commands with their answers, and what happens meanwhile."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.happened: list[tuple[str, Mapping[str, Any]]] = []
        self._news = asyncio.Condition()

    async def send(self, method: str, session: str = "", **params: object) -> Any:
        """One command and its answer."""
        number = len(self._waiting) + 1
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "method": method, "params": params}
        await self._socket.send_json(command | ({"sessionId": session} if session else {}))
        return await asyncio.wait_for(answer, PATIENCE)

    async def listen(self) -> None:
        """Take answers and events until the connection ends."""
        async for message in self._socket:
            found = json.loads(message.data)
            if "id" in found:
                self._answer(found)
            else:
                self.happened.append((found["method"], found["params"]))
                async with self._news:
                    self._news.notify_all()

    def _answer(self, found: Mapping[str, Any]) -> None:
        waiting = self._waiting[found["id"]]
        if waiting.done():
            return
        if "error" in found:
            waiting.set_exception(RuntimeError(str(found["error"])))
        else:
            waiting.set_result(found["result"])

    async def event(self, method: str, **wanted: object) -> Mapping[str, Any]:
        """Wait for something to have happened, with these parameters."""

        def found() -> Mapping[str, Any] | None:
            matching = (p for name, p in self.happened if name == method and wanted.items() <= p.items())
            return next(matching, None)

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: found() is not None)
        happened = found()
        assert happened is not None
        return happened


class Page:
    """One page of its own profile, with the terminal in it."""

    def __init__(self, tools: DevTools, session: str, context: str) -> None:
        self._tools = tools
        self._session = session
        self.context = context

    async def send(self, method: str, **params: object) -> Any:
        """One command to this page."""
        return await self._tools.send(method, self._session, **params)

    async def go(self, url: str) -> None:
        """Open an address, and wait until everything it names has come."""
        async with self.loading():
            await self.send("Page.navigate", url=url)

    @asynccontextmanager
    async def loading(self) -> AsyncIterator[None]:
        """Do what opens a page, and wait until everything it names has come. What happened before is forgotten."""
        self._tools.happened.clear()
        yield
        await self._tools.event("Page.loadEventFired")

    async def asks_before(self, url: str) -> str:
        """Go elsewhere, and stay when the page asks; the kind of its question."""
        going = asyncio.create_task(self.send("Page.navigate", url=url))
        asked = await self._tools.event("Page.javascriptDialogOpening")
        await self.send("Page.handleJavaScriptDialog", accept=False)
        await going
        return str(asked["type"])

    async def evaluate(self, script: str) -> Any:
        """What a script says; a promise is waited for."""
        answer = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def text(self) -> str:
        """What stands on the terminal, line by line."""
        return str(await self.evaluate("window.textShown()"))

    async def sees(self, *texts: str) -> None:
        """Wait until every text stands on the terminal, as it is after each writing."""
        wanted = json.dumps(texts)
        script = f"""window.terminalIsThere.then(() => new Promise((resolve) => {{
          const look = () => {wanted}.every((text) => window.textShown().includes(text)) && resolve(true);
          look(); window.shown.onWriteParsed(look); }}))"""
        try:
            await self.evaluate(script)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {texts}; the screen says:\n{await self.text()}") from None

    async def until(self, condition: str) -> None:
        """Wait until a condition of the page's own document holds."""
        await self.evaluate(
            f"""new Promise((resolve) => {{ const look = () => ({condition}) && resolve(true);
            new MutationObserver(look).observe(document, {{ subtree: true, attributes: true }}); look(); }})"""
        )

    async def type(self, text: str) -> None:
        """A text, key by key."""
        for character in text:
            await self._key(character, 0, character)

    async def press(self, *names: str) -> None:
        """Keys by their names: `f8`, `ctrl+q`."""
        for name in names:
            if name.startswith("ctrl+"):
                letter = name[-1]
                await self._key(letter, ord(letter.upper()), "", CTRL)
            else:
                await self._key(*KEYS[name])

    async def _key(self, key: str, code: int, text: str, modifiers: int = 0) -> None:
        down: dict[str, object] = {"type": "keyDown" if text else "rawKeyDown", "key": key, "modifiers": modifiers}
        if text:
            down["text"] = text
        if code:
            down |= {"windowsVirtualKeyCode": code, "code": key}
        await self.send("Input.dispatchKeyEvent", **down)
        await self.send("Input.dispatchKeyEvent", **(down | {"type": "keyUp"}))

    async def picture(self) -> Image.Image:
        """The page as the screen shows it."""
        found = await self.send("Page.captureScreenshot", format="png")
        return Image.open(io.BytesIO(base64.b64decode(found["data"])))

    def asked(self) -> list[str]:
        """Every address that the page has asked for since it was opened."""
        requests = [p["request"]["url"] for name, p in self._tools.happened if name == "Network.requestWillBeSent"]
        return requests + [p["url"] for name, p in self._tools.happened if name == "Network.webSocketCreated"]

    def complaints(self) -> list[str]:
        """What the browser refused or the page's program failed at."""
        logged = [p["entry"]["text"] for name, p in self._tools.happened if name == "Log.entryAdded"]
        thrown = [str(p["exceptionDetails"]) for name, p in self._tools.happened if name == "Runtime.exceptionThrown"]
        return logged + thrown

    async def downloads(self, folder: Path) -> None:
        """Keep what is downloaded in a folder."""
        where = {"downloadPath": str(folder), "browserContextId": self.context}
        await self._tools.send("Browser.setDownloadBehavior", behavior="allow", eventsEnabled=True, **where)

    async def downloaded(self) -> str:
        """Wait for a download to be whole; the name that it was given."""
        began = await self._tools.event("Browser.downloadWillBegin")
        await self._tools.event("Browser.downloadProgress", guid=began["guid"], state="completed")
        return str(began["suggestedFilename"])


@asynccontextmanager
async def page(address: str) -> AsyncIterator[Page]:
    """A page in a browser that runs."""
    async with aiohttp.ClientSession() as client, client.ws_connect(address, max_msg_size=0) as socket:
        tools = DevTools(socket)
        listening = asyncio.create_task(tools.listen())
        context = (await tools.send("Target.createBrowserContext"))["browserContextId"]
        try:
            yield await _page(tools, context)
        finally:
            await tools.send("Target.disposeBrowserContext", browserContextId=context)
            listening.cancel()


async def _page(tools: DevTools, context: str) -> Page:
    size = {"width": WIDTH, "height": HEIGHT}
    target = await tools.send("Target.createTarget", url="about:blank", browserContextId=context, **size)
    attached = await tools.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    found = Page(tools, attached["sessionId"], context)
    for domain in ("Page", "Network", "Runtime", "Log"):
        await found.send(f"{domain}.enable")
    await found.send("Emulation.setDeviceMetricsOverride", deviceScaleFactor=1, mobile=False, **size)
    await found.send("Page.addScriptToEvaluateOnNewDocument", source=TERMINAL)
    return found
