"""The made-up facts of the story: a donor, materials, results. None of it is anyone's."""

from collections.abc import Mapping

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
METHODS: Mapping[str, str] = {
    "viability": "NucleoCounter",
    "morphology": "Microscopy",
    "sterility": "Ph. Eur. 2.6.27",
    "mycoplasma": "Ph. Eur. 2.6.7 NAT",
    "endotoxin": "Ph. Eur. 2.6.14",
    "karyotype": "G-banding",
    "adventitious-viruses": "In vitro assay",
    "potency": "T-cell proliferation",
    "cfu-f": "Colony count",
}
"""How each test was done in the story; the markers by flow cytometry."""
NOT_REVIEWED = frozenset({"potency"})
