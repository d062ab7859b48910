"""Subjects: enrolled when nothing stands against it, withdrawn at any time."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cellbank.domain.lot import months_after
from cellbank.domain.subject import CriterionKind, EventMustBe, SubjectCriterion
from cellbank.errors import NotAllowed, WrongInput
from cellbank.services import dose, hold, protocol, put_back, reservation, subject, visit
from cellbank.views import protocol as protocol_view
