"""The made-up facts of the story: a donor, materials, cultures, results. None of it is anyone's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from cellbank.commands.culture import Harvesting, Seeding


@dataclass(frozen=True)
class Growing:
    """One culture: viable cells seeded on a surface (cm²), then total harvested and its viability in percent."""

    seeded: int
    surface: str
    total: int
    viability: str

    def plated(self, materials: Sequence[str] = ()) -> Seeding:
        """What is plated."""
        return Seeding(self.seeded, Decimal(self.surface), materials)

    @property
    def harvested(self) -> Harvesting:
        """What is harvested."""
        return Harvesting(self.total, Decimal(self.viability), "NucleoCounter")


def shipped_trial() -> str:
    """The trial file that is shipped, as text."""
    return (files("data") / "trials" / "nct06592703.toml").read_text(encoding="utf-8")


DONOR = "D-0427"
DONATION = "A9990 25 004271 B"
MARKERS = (
    "anti-hiv-1-2",
    "hbsag",
    "anti-hbc",
    "anti-hcv",
    "syphilis",
    "htlv",
    "nat-hiv",
    "nat-hbv",
    "nat-hcv",
)
MATERIALS: Mapping[str, str] = {
    "Collagenase NB6": "COL-88213",
    "Medium MEM-alpha": "MEM-24-1107",
    "Platelet lysate": "00392/174",
    "Trypsin substitute": "TRY-5521",
    "Freezing medium CS10": "CS10-77A",
}
P0 = Growing(30_000_000, "1272", 13_000_000, "92.4")
P1 = Growing(3_000_000, "1272", 32_000_000, "93.8")
P2 = Growing(6_000_000, "2544", 66_000_000, "94.1")
RELEASED_P3 = Growing(8_800_000, "3816", 90_000_000, "95.0")
RELEASED_P4 = Growing(60_000_000, "25440", 560_000_000, "95.2")
REFUSED_P3 = Growing(4_300_000, "1908", 38_000_000, "93.5")
REFUSED_P4 = Growing(15_000_000, "6360", 120_000_000, "92.0")
REFUSED_P5 = Growing(20_000_000, "8480", 140_000_000, "90.5")

MASTER_RESULTS: Mapping[str, str] = {
    "viability": "94.2",
    "cd73": "99.1",
    "cd90": "99.6",
    "cd105": "97.8",
    "cd45": "0.4",
    "cd34": "1.1",
    "cd14": "0.3",
    "cd79a": "0.2",
    "hla-dr": "0.6",
    "morphology": "fibroblast-like",
    "sterility": "no growth",
    "mycoplasma": "not detected",
    "karyotype": "46,XX",
    "adventitious-viruses": "not detected",
    "cfu-f": "12.5",
}
PRODUCT_RESULTS: Mapping[str, str] = {
    "viability": "92.7",
    "cd73": "98.9",
    "cd90": "99.4",
    "cd105": "96.9",
    "cd45": "< 0.5",
    "cd34": "0.9",
    "cd11b": "0.4",
    "cd19": "0.3",
    "hla-dr": "0.8",
    "morphology": "fibroblast-like",
    "sterility": "no growth",
    "mycoplasma": "not detected",
    "endotoxin": "< 0.05",
    "karyotype": "46,XX",
    "potency": "43",
    "cfu-f": "10.8",
}
REFUSED_RESULTS: Mapping[str, str] = {**PRODUCT_RESULTS, "hla-dr": "3.4", "sterility": "negative to date"}
NOT_REVIEWED = frozenset({"potency"})
