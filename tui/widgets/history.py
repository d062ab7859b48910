"""The history of one thing: who, when, what changed; newest first."""

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cellbank.views.audit import EntryView
from cellbank.wording import Wording
from tui.host import host_of
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence

MOST = 200
"""Entries shown of one thing, the newest; the whole record is in the audit trail."""


class History(VerticalScroll):
    """A scroll of entries; fields that changed stand beneath, before and after."""

    _shown: tuple[EntryView, ...] = ()

    def compose(self) -> ComposeResult:
        """No entry before it is filled."""
        yield from ()

    async def fill(self, entries: Sequence[EntryView], code: str, tables: Sequence[str]) -> None:
        """Show the newest of these entries of the thing with this code, whose rows lie in these tables."""
        words = host_of(self).wording
        shown = tuple(reversed(entries))[:MOST]
        if shown == self._shown:
            return
        self._shown = shown
        await self.remove_children()
        await self.mount_all(part for entry in shown for part in self._parts(words, entry, code, tables))

    def _parts(self, words: Wording, entry: EntryView, code: str, tables: Sequence[str]) -> Iterator[Static]:
        yield Static(_head(words, entry), classes="entry")
        more = list(_more(words, entry, code, tables))
        if more:
            yield Static(lines(more), classes="more")


def _head(words: Wording, entry: EntryView) -> Content:
    did = ", ".join(dict.fromkeys(sentences.action(words, done["action"]) for done in entry.actions))
    role = f", {words.term('role', entry.role)}" if entry.role else ""
    return sentence(
        plain(f"№ {entry.number}  {sentences.moment(words, entry.recorded_at)}  ", "$muted"),
        plain(f"{entry.actor}{role}  ", "$primary"),
        plain(did, "bold"),
    )


def _more(words: Wording, entry: EntryView, code: str, tables: Sequence[str]) -> Iterator[Content]:
    if entry.performed_at != entry.recorded_at:
        yield plain(f"{words.say('tui.history.done_at')} {sentences.moment(words, entry.performed_at)}")
    if entry.reason:
        yield plain(f"{words.say('tui.history.reason')} {entry.reason}")
    for signed in entry.signatures:
        meaning = words.term("meaning", signed["meaning"])
        said = sentences.pair(words, signed["printed_name"], meaning)
        yield plain(f"✎ {said} · SHA-256 {signed['digest'][:16]}…")
    for line in sentences.changes(words, entry, code, tables):
        yield plain(line, "$muted")
