"""A signature under a lot (attest, release, reject) made ready to be shown, with who else must sign."""

from collections.abc import Iterator
from dataclasses import replace

from cellbank.bank import Actor, Bank, Deed, ToSign
from cellbank.domain.lot import Disposition
from cellbank.views.lot import LotView, lot_view
from cellbank.wording import Wording
from tui.screens.signing import Signing


def title(lot: LotView, words: Wording, verb: str) -> str:
    """What `verb` ("attest", "release", "reject") is of this lot, in words."""
    reaffirmed = _is_decided(lot) and verb != "reject"
    return words.say("tui.reaffirm.title" if reaffirmed else f"tui.{verb}.title", lot=lot.number)


def signing(bank: Bank, actor: Actor, number: str, words: Wording, verb: str, deed: Deed) -> Signing:
    """What a verb signs of a lot, and who else must sign; rehearsed, so in a thread."""
    ready = Signing.of(bank, actor, deed)
    with bank.read() as reading:
        lot = lot_view(reading, number)
    others = [words.say("tui.reject.final")] if verb == "reject" else list(_others(lot, words, ready.says))
    return replace(ready, others=others, said=f"tui.{verb}.done", params={"lot": number})


def _is_decided(lot: LotView) -> bool:
    return lot.disposition is not Disposition.QUARANTINED


def _others(lot: LotView, words: Wording, says: ToSign | None) -> Iterator[str]:
    """What each other signature that the trial file asks is: given by whom, or still to give."""
    for asked in lot.asked:
        if says is not None and says.role is asked.role and (_is_decided(lot) or says.meaning is asked.meaning):
            continue
        told = {"role": words.term("role", asked.role), "meaning": words.term("meaning", asked.meaning)}
        if asked.signed_at is None:
            yield words.say("tui.sign.pending", **told)
        else:
            yield words.say("tui.sign.given", name=asked.signed_by, at=asked.signed_at, **told)
