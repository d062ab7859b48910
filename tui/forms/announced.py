"""Announcements of a form before it is recorded: numbers, deviations, holds, warnings, a late entry, a refusal."""

from collections.abc import Iterator

from textual.content import Content

from cellbank.errors import CannotWrite, Finding
from cellbank.wording import Wording
from tui.forms.form import PreviewLine
from tui.forms.rehearsal import Rehearsed
from tui.text import sentences
from tui.text.markup_safe import plain, sentence


def announced(words: Wording, found: Rehearsed) -> Iterator[Content]:
    """Line by line; what stops the act comes last, and its absence is said."""
    for one in found.preview:
        mark = "⚠ " if one.loud else ""
        name = plain(f"{mark}{words.say(f'tui.told.{one.name}', **one.params)}  ", "$muted")
        yield sentence(name, plain(_value(words, one), "bold $warning" if one.loud else "bold"))
    for deviation in found.deviations:
        yield plain(f"⚠ {words.say('tui.form.will_open')}", "bold $warning")
        yield plain(f"  {words.finding(deviation.limit)}", "$warning")
    for hold in found.holds:
        yield plain(f"⚠ {words.say('tui.form.will_hold', subject=hold.subject)}", "bold $warning")
        yield plain(f"  {words.term('hold_kind', hold.kind)}: {hold.reason}", "$warning")
    if found.warnings:
        yield plain(f"⚠ {words.say('tui.form.will_stand')}", "bold $warning")
        for finding in found.warnings:
            yield plain(f"  • {words.finding(finding)}", "$warning")
    if found.late:
        yield plain(f"⚠ {words.say('tui.form.late')}", "bold $warning")
    yield from _ending(words, found)


def _ending(words: Wording, found: Rehearsed) -> Iterator[Content]:
    if isinstance(found.refused, CannotWrite):
        yield plain(words.error(found.refused), "$muted")
    elif found.refused is not None:
        yield plain(f"✗ {words.say('tui.form.will_be_refused')}", "bold $error")
        for one in sentences.refusal(words, found.refused):
            yield plain(f"  • {one}", "$error")
    elif not (found.deviations or found.holds or found.warnings):
        yield plain(f"✓ {words.say(found.calm)}", "$success")


def _value(words: Wording, one: PreviewLine) -> str:
    """A finding as its sentence, a count with its thousands apart, an enumeration's word; else as everywhere."""
    if isinstance(one.value, Finding):
        return words.finding(one.value)
    if isinstance(one.value, int) and not isinstance(one.value, bool):
        return words.number(one.value)
    term = words.term(one.name, one.value)
    said = sentences.said(words, one.value, one.name)
    return said if term == str(one.value) else term
