"""The marks that stand beside words, so that colour never carries a meaning alone."""

from collections.abc import Mapping

from cellbank.domain.lot import Disposition
from cellbank.domain.testing import Outcome

DISPOSITION_MARKS: Mapping[Disposition, str] = {
    Disposition.QUARANTINED: "◌",
    Disposition.RELEASED: "✓",
    Disposition.REJECTED: "✗",
    Disposition.RECALLED: "↩",
}
OUTCOME_MARKS: Mapping[Outcome, str] = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.INCONCLUSIVE: "?",
    Outcome.INFORMATIVE: "·",
}
LABEL_MARKS: Mapping[str, str] = {"verified": "✓", "waiting": "…", "none": "–"}
