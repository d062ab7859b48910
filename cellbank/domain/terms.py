"""Words of the field that declarations need: stations, roles, verbs, tiers, classes. Nothing heavy is imported.

The rows of the bank are declared with them, and so are the commands, whose help must be there at once.
"""

from collections.abc import Mapping
from enum import StrEnum

from cellbank.domain.stations import Station as Station


class Role(StrEnum):
    """What a person may be in the bank. `admin` excludes all others."""

    TECHNICIAN = "technician"
    REVIEWER = "reviewer"
    QA = "qa"
    QP = "qp"
    PHARMACIST = "pharmacist"
    ADMIN = "admin"


class Verb(StrEnum):
    """A kind of act that a role may be granted; one row of the table of rules.md §8."""

    RECORD_FACT = "record_fact"
    RECORD_STORAGE = "record_storage"
    PRINT_LABEL = "print_label"
    REVIEW_RESULT = "review_result"
    ACCEPT_INCOMING = "accept_incoming"
    CLOSE_DEVIATION = "close_deviation"
    LIFT_HOLD = "lift_hold"
    DETERMINE_DONOR = "determine_donor"
    ATTEST_BATCH = "attest_batch"
    APPROVE_TRIAL = "approve_trial"
    INVALIDATE_RESULT = "invalidate_result"
    RELEASE = "release"
    PUT_HOLD = "put_hold"
    CORRECT = "correct"
    TREAT = "treat"
    CHECK_AS_SECOND = "check_as_second"
    ADMINISTER_BANK = "administer_bank"


_BENCH = frozenset({Role.TECHNICIAN, Role.REVIEWER})
_QA = frozenset({Role.QA})
_ANYONE_AT_WORK = frozenset(Role) - {Role.ADMIN}

AUTHORITY: Mapping[Verb, frozenset[Role]] = {
    Verb.RECORD_FACT: _BENCH,
    Verb.RECORD_STORAGE: _BENCH | {Role.PHARMACIST},
    Verb.PRINT_LABEL: _BENCH | {Role.PHARMACIST},
    Verb.REVIEW_RESULT: frozenset({Role.REVIEWER}),
    Verb.ACCEPT_INCOMING: _QA,
    Verb.CLOSE_DEVIATION: _QA,
    Verb.LIFT_HOLD: _QA,
    Verb.DETERMINE_DONOR: _QA,
    Verb.ATTEST_BATCH: _QA,
    Verb.APPROVE_TRIAL: _QA,
    Verb.INVALIDATE_RESULT: _QA,
    Verb.RELEASE: frozenset({Role.QP}),
    Verb.PUT_HOLD: _ANYONE_AT_WORK,
    Verb.CORRECT: _ANYONE_AT_WORK,
    Verb.TREAT: frozenset({Role.PHARMACIST}),
    Verb.CHECK_AS_SECOND: _BENCH | {Role.PHARMACIST},
    Verb.ADMINISTER_BANK: frozenset({Role.ADMIN}),
}


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50(a)(3))."""

    PERFORMED = "performed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RELEASED = "released"
    WITNESSED = "witnessed"
    RE_AFFIRMED = "re-affirmed"


class Sex(StrEnum):
    """Sex recorded at donation."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Determination(StrEnum):
    """What QA signed about a donor."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"


class MarkerOutcome(StrEnum):
    """What the laboratory reported for a marker. `reactive` awaits its confirmation."""

    NEGATIVE = "negative"
    REACTIVE = "reactive"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    INDETERMINATE = "indeterminate"


class Acceptance(StrEnum):
    """QA's decision on incoming tissue or material."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Tier(StrEnum):
    """Master and working banks may be expanded; only a product lot reaches a patient."""

    MASTER = "master"
    WORKING = "working"
    PRODUCT = "product"


class Disposition(StrEnum):
    """The quality decision on a lot."""

    QUARANTINED = "quarantined"
    RELEASED = "released"
    REJECTED = "rejected"
    RECALLED = "recalled"


class StockClass(StrEnum):
    """What a vial is for."""

    DISPENSABLE = "dispensable"
    RETAINED = "retained"
    STABILITY = "stability"
    QUALITY_CONTROL = "quality_control"


class VialStatus(StrEnum):
    """Where a vial physically is (rules.md §3)."""

    FILLED = "filled"
    STORED = "stored"
    IN_TRANSIT = "in_transit"
    PULLED = "pulled"
    THAWED = "thawed"
    CONSUMED_IN_TEST = "consumed_in_test"
    CONSUMED_IN_CULTURE = "consumed_in_culture"
    CONSUMED_IN_DOSE = "consumed_in_dose"
    BROKEN = "broken"
    MISSING = "missing"
    DESTROYED = "destroyed"
    RETURNED = "returned"


class Custodian(StrEnum):
    """Who keeps what is stored."""

    PRODUCTION_UNIT = "production_unit"
    PHARMACY = "pharmacy"


class PlaceKind(StrEnum):
    """A tank holds racks, a rack holds boxes, a box has positions."""

    TANK = "tank"
    RACK = "rack"
    BOX = "box"
