"""The end of every working document: where the record stood when it was printed."""

from cellbank.store import journal
from cellbank.store.unit_of_work import Reading
from cellbank.wording import Wording
from labels.blocks import Closing


def closing(reading: Reading, wording: Wording) -> Closing:
    """The head of the record now, with its words; the page's places stay open for the labels to fill."""
    entry, chain, _ = journal.head(reading.connection)
    return Closing(
        title=wording.say("paper.record"),
        entry=wording.say("paper.entry", entry=entry),
        hash_name=wording.say("paper.chain_hash"),
        chain_hash=chain,
        standing=wording.say("paper.standing", at=reading.now),
        page=wording.say("paper.page"),
    )
