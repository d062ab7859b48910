"""What QA decides with a signature about a donor, a tissue, a material lot."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Reading
from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.material import MaterialStatus
from cellbank.domain.person import Verb
from cellbank.domain.tissue import Acceptance
from cellbank.services import donor as donors, material as materials, tissue as tissues
from cellbank.views import donor as donor_view, material as material_view
from cellbank.views.donor import DonorView
from cellbank.views.material import MaterialView
from cellbank.views.tissue import TissueView
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, SignedForm

REMARK = ask.line("remark", optional=True)
BECAUSE = ask.line("because")
_TO_ASSESS = "donor.marker.risk"


class Determine(SignedForm):
    """QA determines a donor, on the results and the selection as they stand."""

    code: ClassVar[str] = "donor.determine"
    verb: ClassVar[Verb] = Verb.DETERMINE_DONOR

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor who did not withdraw."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Eligible or not: what the results say is chosen beforehand."""
        offered = (Choice(one, words.term("determination", one)) for one in Determination)
        found = donor_view.donor_view(reading, self.of).eligibility
        known = {Eligibility.ELIGIBLE: Determination.ELIGIBLE, Eligibility.INELIGIBLE: Determination.INELIGIBLE}
        given = known[found].value if found in known else ""
        return (ask.one_of("determination", offered, given=given), REMARK)

    def deed(self, given: Given) -> Deed:
        """The determination."""
        determination, note = given["determination"], given["remark"]
        return partial(donors.determine_donor, code=self.of, determination=determination, note=note)


class AcceptRisk(SignedForm):
    """QA's assessment of a reactive marker: the risk is acceptable."""

    code: ClassVar[str] = "donor.accept_risk"
    verb: ClassVar[Verb] = Verb.DETERMINE_DONOR

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor with a marker whose risk QA may accept."""
        return isinstance(view, DonorView) and any(found.code == _TO_ASSESS for found in view.findings)

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which marker, and why."""
        found = donor_view.donor_view(reading, self.of).findings
        markers = list(dict.fromkeys(str(one.params["marker"]) for one in found if one.code == _TO_ASSESS))
        offered = (Choice(one, one) for one in markers)
        return (ask.one_of("risk_of", offered, given=markers[0] if len(markers) == 1 else ""), ask.line("assessment"))

    def deed(self, given: Given) -> Deed:
        """The assessment."""
        marker, note = given["risk_of"], given["assessment"]
        return partial(donors.accept_risk, code=self.of, marker=marker, note=note)


class _OfTissue(SignedForm):
    verb: ClassVar[Verb] = Verb.ACCEPT_INCOMING

    @classmethod
    def fits(cls, view: object) -> bool:
        """A tissue on which QA has not decided."""
        return isinstance(view, TissueView) and view.acceptance is Acceptance.PENDING


class AcceptTissue(_OfTissue):
    """QA accepts a tissue."""

    code: ClassVar[str] = "tissue.accept"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A remark, if there is one."""
        return (ask.line("because", optional=True),)

    def deed(self, given: Given) -> Deed:
        """The acceptance."""
        return partial(tissues.accept_tissue, code=self.of, because=given["because"])


class RejectTissue(_OfTissue):
    """QA rejects a tissue; final."""

    code: ClassVar[str] = "tissue.reject"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The reason."""
        return (BECAUSE,)

    def deed(self, given: Given) -> Deed:
        """The rejection."""
        return partial(tissues.reject_tissue, code=self.of, because=given["because"])


class AcceptMaterial(SignedForm):
    """QA accepts a material lot."""

    code: ClassVar[str] = "material.accept"
    verb: ClassVar[Verb] = Verb.ACCEPT_INCOMING

    @classmethod
    def fits(cls, view: object) -> bool:
        """A material lot on which QA has not decided."""
        return isinstance(view, MaterialView) and view.status is MaterialStatus.PENDING

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A remark, if there is one."""
        return (ask.line("because", optional=True),)

    def deed(self, given: Given) -> Deed:
        """The acceptance."""
        return partial(materials.accept_material, code=self.of, because=given["because"])


class BlockMaterial(SignedForm):
    """QA blocks a material lot: everything it went into is held."""

    code: ClassVar[str] = "material.block"
    verb: ClassVar[Verb] = Verb.ACCEPT_INCOMING

    @classmethod
    def fits(cls, view: object) -> bool:
        """A material lot that is not blocked."""
        return isinstance(view, MaterialView) and view.status is not MaterialStatus.BLOCKED

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The reason."""
        return (BECAUSE,)

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """What it went into, which is held from now on."""
        used = material_view.material_view(reading, self.of).used_in
        return (words.say("tui.beside.blocks", what=", ".join(used)),) if used else ()

    def deed(self, given: Given) -> Deed:
        """The blocking."""
        return partial(materials.block_material, code=self.of, reason=given["because"])


OF_DONOR: tuple[type[Form], ...] = (Determine, AcceptRisk)
OF_TISSUE: tuple[type[Form], ...] = (AcceptTissue, RejectTissue)
OF_MATERIAL: tuple[type[Form], ...] = (AcceptMaterial, BlockMaterial)
