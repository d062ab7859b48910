"""From a donor to a released lot by command lines alone, within the last hours, so that nothing is a late entry."""

from dataclasses import dataclass

from tests.cli.shell import Shell, ago, site_day, today

MARKERS = ("HIV", "HBsAg", "anti-HBc", "HCV", "syphilis", "HTLV", "nat-hiv", "nat-hbv", "nat-hcv")
RESULTS = {
    "viability": "96,5",
    **dict.fromkeys(("cd73", "cd90", "cd105"), "98.1"),
    **dict.fromkeys(("cd45", "cd34", "cd14", "cd79a", "hla-dr"), "0.4"),
    "morphology": "fibroblast-like",
    "sterility": "no growth",
    "mycoplasma": "negative",
    "endotoxin": "< 0,05",
    "karyotype": "46,XX",
    "potency": "38",
}
DONATION = "FR0123451234567890123"


@dataclass(frozen=True)
class Story:
    """The codes that the story made."""

    donor: str
    tissue: str
    material: str
    cultures: tuple[str, ...]
    lot: str
    vials: tuple[str, ...]
    results: tuple[str, ...]


def eligible_donor(shell: Shell, code: str = "D-017") -> str:
    """A donor with a tissue, every marker negative, selected and determined; the tissue's code."""
    consented = site_day(60 * 24 * 10)
    facts = ("--sex", "female", "--birth-year", "1988", "--consent", "ICF-3", "--consented-on", consented)
    shell.ok("donor", "register", code, *facts, user="technician")
    times = ("--procured-at", ago(600), "--received-at", ago(560))
    about = ("--procedure", "liposuction", "--volume-ml", "120,5", "--temperature-c", "8")
    tissue = shell.ok("tissue", "receive", code, "--donation-id", DONATION, *times, *about, user="technician")
    first, *others = MARKERS
    sampled = ("--sampled-on", site_day(600))
    shell.ok("donor", "test", code, first, "negative", *sampled, user="technician")
    panel = [part for marker in others for part in ("--outcome", f"{marker}=negative")]
    shell.ok("donor", "panel", code, *panel, *sampled, user="technician")
    shell.ok("donor", "answer", code, "--not-at-risk", "htlv", "--not-haemodiluted", user="technician")
    shell.signs("donor", "select", code, user="qa")
    shell.signs("donor", "determine", code, user="qa")
    shell.signs("tissue", "accept", tissue["code"], user="qa")
    return str(tissue["code"])


def grown(shell: Shell, tissue: str) -> tuple[str, list[str]]:
    """A material lot and three cultures: P0, and two P1 pooled at harvest into what a lot is filled from."""
    received = shell.ok(
        "material", "receive", "Platelet lysate", "PL-118", "--supplier", "Acme", "--expires-on", "2031-06",
        "--at", ago(590), user="technician",
    )  # fmt: skip
    shell.signs("material", "accept", "PL-118", user="qa")
    bench = {"user": "technician"}
    p0 = shell.ok(
        "culture", "isolate", tissue, "--at", ago(540), "--cells", "2e7", "--viability", "92,5",
        "--viable-seeded", "1.8e7", "--surface-cm2", "450", "--material", "PL-118", **bench,
    )["culture"]  # fmt: skip
    shell.ok("culture", "harvest", p0, "--at", ago(480), "--total", "42M", "--viability", "96.5", **bench)
    p1 = [
        shell.ok(
            "culture", "seed", "--from", p0, "--at", ago(470), "--viable", "2e6", "--surface-cm2", "525",
            "--material", "PL-118", **bench,
        )["culture"]
        for _ in range(2)
    ]  # fmt: skip
    p2 = shell.ok(
        "culture", "passage", *p1, "--at", ago(300), "--total", "1e8", "--viability", "95", "--viable", "4e6",
        "--surface-cm2", "1050", "--material", "PL-118", **bench,
    )["code"]  # fmt: skip
    return str(received["code"]), [p0, *p1, p2]


def filled(shell: Shell, culture: str) -> tuple[str, list[str]]:
    """A product lot with its labels printed and scanned back."""
    lot = shell.ok(
        "lot", "fill", culture, "--tier", "product", "--at", ago(200), "--harvested", "1,3e8", "--viability", "96,5",
        "--vials", "10", "--viable-per-vial", "10M", "--volume-ml", "1", "--class", "dispensable=8,retained=2",
        user="technician",
    )  # fmt: skip
    shell.ok("label", "vial", lot["lot"], "--output", f"{lot['lot']}.pdf", user="technician")
    shell.ok("vial", "verify", *lot["vials"], user="technician")
    return lot["lot"], lot["vials"]


def tested(shell: Shell, lot: str) -> list[str]:
    """Every required result recorded by the technician and reviewed by the reviewer."""
    recorded = [
        shell.ok("result", "record", lot, test, value, "--performed-at", today(), user="technician")["result"]
        for test, value in RESULTS.items()
    ]
    for code in recorded:
        shell.signs("result", "review", code, user="reviewer")
    return recorded


def told(shell: Shell) -> Story:
    """The whole story; the lot is attested and released."""
    tissue = eligible_donor(shell)
    material, cultures = grown(shell, tissue)
    lot, vials = filled(shell, cultures[-1])
    results = tested(shell, lot)
    shell.signs("lot", "attest", lot, user="qa")
    shell.signs("lot", "release", lot, user="qp")
    return Story("D-017", tissue, material, tuple(cultures), lot, tuple(vials), tuple(results))
