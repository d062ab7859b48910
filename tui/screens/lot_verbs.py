"""The signed verbs of a lot, each made ready to be shown and signed: attest, release, reject."""

from collections.abc import Iterator

from cellbank.bank import Bank, Deed
from cellbank.domain.lot import Disposition
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning, digest_of
from cellbank.services import lot as services
from cellbank.views import lot as view
from cellbank.wording import Wording
from tui.screens.lot_seen import LotSeen
from tui.screens.signing import Signing

_SIGNATURE_FINDINGS = frozenset({"lot.signature.missing", "lot.signature.stale", "lot.signature.content_changed"})


def attesting(seen: LotSeen, words: Wording) -> Signing:
    """QA's signature under the dossier."""
    number = seen.lot.number

    def deed(shown: str) -> Deed:
        return lambda work: services.attest_lot(work, number, shown)

    return Signing(
        title=words.say("tui.reaffirm.title" if seen.decided else "tui.attest.title", lot=number),
        meaning=Meaning.RE_AFFIRMED if seen.decided else Meaning.APPROVED,
        role=Role.QA,
        content=seen.check.content,
        digest=seen.check.digest,
        deed=deed,
        said="tui.attest.done",
        params={"lot": number},
        others=tuple(_others(seen, words, Role.QA)),
    )


def releasing(seen: LotSeen, words: Wording) -> Signing:
    """The qualified person's signature through the whole gate; the bank refuses it while anything stands against it."""
    number = seen.lot.number

    def deed(shown: str) -> Deed:
        return lambda work: services.release_lot(work, number, shown)

    return Signing(
        title=words.say("tui.reaffirm.title" if seen.decided else "tui.release.title", lot=number),
        meaning=Meaning.RE_AFFIRMED if seen.decided else Meaning.RELEASED,
        role=Role.QP,
        content=seen.check.content,
        digest=seen.check.digest,
        deed=deed,
        said="tui.release.done",
        params={"lot": number},
        against=seen.check.findings,
        others=tuple(_others(seen, words, Role.QP)),
    )


def rejecting(bank: Bank, number: str, because: str, words: Wording) -> Signing:
    """The qualified person's rejection, final; reads what is signed, so it runs in a thread."""
    with bank.read() as reading:
        content = view.deciding(reading, number, Disposition.REJECTED, because)

    def deed(shown: str) -> Deed:
        return lambda work: services.reject_lot(work, number, because, shown)

    return Signing(
        title=words.say("tui.reject.title", lot=number),
        meaning=Meaning.APPROVED,
        role=Role.QP,
        content=content,
        digest=digest_of(content),
        deed=deed,
        said="tui.reject.done",
        params={"lot": number},
        others=(words.say("tui.reject.final"),),
    )


def _others(seen: LotSeen, words: Wording, mine: Role) -> Iterator[str]:
    """What each other signature that the trial file asks is: given by whom, or still to give."""
    pending = {str(found.params.get("role")) for found in seen.check.findings if found.code in _SIGNATURE_FINDINGS}
    for asked in seen.lot.asked:
        if asked.role is mine:
            continue
        given = [signed for signed in seen.lot.signatures if signed.role is asked.role]
        told = {"role": words.term("role", asked.role), "meaning": words.term("meaning", asked.meaning)}
        if given and asked.role.value not in pending:
            yield words.say("tui.sign.given", name=given[-1].printed_name, at=given[-1].signed_at, **told)
        else:
            yield words.say("tui.sign.pending", **told)
