"""The terminal UI in a browser, on the command line."""

import os
import sys
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import counted, option
from cellbank.cli.verbs import reads, station

app = station("The terminal UI in a browser.")

PORT = 8765
SESSIONS = 8
"""Browsers at once; each is a process of the UI."""


@reads(app, "serve", "cellbank --bank /srv/bank.db serve --public-url https://bank.example.org")
def serve(
    host: Annotated[
        str, option("--host", help="The IP address to listen on; only this machine's unless --public-url is given.")
    ] = "127.0.0.1",
    port: Annotated[int, counted("--port", help=f"The port, {PORT} when left out; 0 takes a free one.")] = PORT,
    public_url: Annotated[
        str | None,
        option("--public-url", help="Where browsers find the proxy: https:// and a name of its own.", metavar="URL"),
    ] = None,
    sessions: Annotated[int, counted("--sessions", help=f"How many at once; {SESSIONS} when left out.")] = SESSIONS,
) -> None:
    """The terminal UI in a browser, one process a session, until Ctrl+C. People sign in there as at a terminal.

    It listens on this machine only and without TLS; docs/serving.md says how to put a proxy before it.

    Refused: an address, port or public URL that may not be served, a bank that cannot be opened.
    """
    import asyncio

    from cellbank import printers
    from cellbank.bank import this_workstation
    from cellbank.errors import WrongInput
    from cellbank.settings import shown_place
    from tui.serving import address as addresses, environment, server

    run = here()
    address = addresses.asked(host, port, public_url)
    if sessions < 1:
        raise WrongInput("serve.sessions", value=sessions)
    place, language, known = run.place, run.language, run.settings.printers
    printers.known(known)
    workstation, debug = this_workstation(), bool(os.environ.get("CELLBANK_DEBUG"))

    def listening(url: str) -> None:
        data = {"url": url, "place": shown_place(place), "sessions": sessions}
        run.answer(data, lambda paper: [paper.say("serve.listening", **data)])
        sys.stdout.flush()

    with environment.only_needed():
        offer = server.Offer(_whole(place), _title(), language, sessions, workstation, debug, known)
        if not addresses.is_loopback(address.host):
            run.tell(run.wording.say("serve.open", host=address.host))
        asyncio.run(server.serve(offer, address, listening=listening, say=run.tell))


def _whole(place: str) -> str:
    """A place as a process elsewhere finds it."""
    from pathlib import Path

    return place if "://" in place else str(Path(place).absolute())


def _title() -> str:
    """What the bank is called, once it is known to open; it is let go of, for every session opens it anew."""
    run = here()
    title = run.bank.title
    run.close()
    return title
