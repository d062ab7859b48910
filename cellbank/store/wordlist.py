"""Words that were recorded before: what a person types most often again."""

from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from cellbank.domain.culture import Harvest
from cellbank.domain.donor import DonorTest
from cellbank.domain.material import Material
from cellbank.domain.subject import Subject
from cellbank.domain.testing import Result
from cellbank.domain.tissue import Tissue
from cellbank.domain.visit import Dose, Prescription

_MOST = 200
"""Words that are offered at most."""


class Words(StrEnum):
    """A kind of free text that people type again and again: items, suppliers, procedures, methods, laboratories …"""

    ITEM = "item"
    SUPPLIER = "supplier"
    PROCEDURE = "procedure"
    TEST_METHOD = "test_method"
    TEST_LABORATORY = "test_laboratory"
    DONOR_METHOD = "donor_method"
    DONOR_LABORATORY = "donor_laboratory"
    COUNTING = "counting"
    INVESTIGATOR = "investigator"
    PRESCRIBER = "prescriber"
    PREPARATION = "preparation"
    SYRINGE = "syringe"
    DOSE_COUNTING = "dose_counting"


_COLUMNS: Mapping[Words, Mapped[str] | Mapped[str | None]] = {
    Words.ITEM: col(Material.item),
    Words.SUPPLIER: col(Material.supplier),
    Words.PROCEDURE: col(Tissue.procedure),
    Words.TEST_METHOD: col(Result.method),
    Words.TEST_LABORATORY: col(Result.laboratory),
    Words.DONOR_METHOD: col(DonorTest.method),
    Words.DONOR_LABORATORY: col(DonorTest.laboratory),
    Words.COUNTING: col(Harvest.method),
    Words.INVESTIGATOR: col(Subject.investigator),
    Words.PRESCRIBER: col(Prescription.prescriber),
    Words.PREPARATION: col(Dose.preparation),
    Words.SYRINGE: col(Dose.syringe),
    Words.DOSE_COUNTING: col(Dose.method),
}


def recorded(session: Session, words: Words) -> list[str]:
    """The words of a kind that were recorded before, the most frequent first."""
    column = _COLUMNS[words]
    statement = sa.select(column).where(column.is_not(None)).group_by(column)
    return [str(one) for one in session.scalars(statement.order_by(sa.func.count().desc(), column).limit(_MOST))]
