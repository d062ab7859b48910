"""What QA decides with a signature about a donor, a tissue, a material lot."""

from collections.abc import Mapping, Sequence

from cellbank.bank import Reading
from cellbank.commands import donor, tissue
from cellbank.commands.material import Accept, Block
from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.material import MaterialStatus
from cellbank.domain.tissue import Acceptance
from cellbank.views.donor import DonorView, donor_view
from cellbank.views.material import MaterialView, material_view
from cellbank.views.tissue import TissueView
from cellbank.wording import Wording
from tui.forms.ask import Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, SignedForm

_TO_ASSESS = "donor.marker.risk"


class Determine(CommandForm, SignedForm, of=donor.Determine, here="code"):
    """QA determines a donor, on the results and the selection as they stand."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor who did not withdraw."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Eligible or not: what the results say is chosen beforehand."""
        found = donor_view(reading, self.of).eligibility
        known = {Eligibility.ELIGIBLE: Determination.ELIGIBLE, Eligibility.INELIGIBLE: Determination.INELIGIBLE}
        return {"determination": Offer(given=known[found].value if found in known else "", needed=True)}


class AcceptRisk(CommandForm, SignedForm, of=donor.AcceptRisk, here="code"):
    """QA's assessment of a reactive marker: the risk is acceptable."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor with a marker whose risk QA may accept."""
        return isinstance(view, DonorView) and any(found.code == _TO_ASSESS for found in view.findings)

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The markers to assess; one alone is chosen beforehand."""
        found = donor_view(reading, self.of).findings
        markers = list(dict.fromkeys(str(one.params["marker"]) for one in found if one.code == _TO_ASSESS))
        offered = tuple(Choice(one, one) for one in markers)
        return {"marker": Offer(choices=offered, given=markers[0] if len(markers) == 1 else "")}


class _OfTissue(CommandForm, SignedForm):
    @classmethod
    def fits(cls, view: object) -> bool:
        """A tissue on which QA has not decided."""
        return isinstance(view, TissueView) and view.acceptance is Acceptance.PENDING


class AcceptTissue(_OfTissue, of=tissue.Accept, here="code"):
    """QA accepts a tissue."""


class RejectTissue(_OfTissue, of=tissue.Reject, here="code"):
    """QA rejects a tissue; final."""


class AcceptMaterial(CommandForm, SignedForm, of=Accept, here="code"):
    """QA accepts a material lot."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A material lot on which QA has not decided."""
        return isinstance(view, MaterialView) and view.status is MaterialStatus.PENDING


class BlockMaterial(CommandForm, SignedForm, of=Block, here="code"):
    """QA blocks a material lot: everything it went into is held."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A material lot that is not blocked."""
        return isinstance(view, MaterialView) and view.status is not MaterialStatus.BLOCKED

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """What it went into, which is held from now on."""
        used = material_view(reading, self.of).used_in
        return (words.say("tui.beside.blocks", what=", ".join(used)),) if used else ()


OF_DONOR: tuple[type[Form], ...] = (Determine, AcceptRisk)
OF_TISSUE: tuple[type[Form], ...] = (AcceptTissue, RejectTissue)
OF_MATERIAL: tuple[type[Form], ...] = (AcceptMaterial, BlockMaterial)
