"""A sensible dispensing label and syringe flag."""

from __future__ import annotations

from typing import Any

from labels.dose import DispensingLabel, DispensingWords, Twofold
from labels.flag import SyringeFlag

WORDS = DispensingWords(
    subject=Twofold("Sujet", "Subject"),
    visit=Twofold("Visite", "Visit"),
    use_before=Twofold("À utiliser avant", "Use before"),
    lot=Twofold("Lot", "Lot"),
    clinical_use_only=Twofold("Pour essai clinique uniquement", "For clinical trial use only"),
)
CONDITION = Twofold("Libération conditionnelle : stérilité en attente", "Conditional release: sterility pending")


def a_dispensing_label(**changes: Any) -> DispensingLabel:
    """A dose of the second visit, in French and English."""
    values: dict[str, Any] = {
        "code": "DO-260003-X",
        "words": WORDS,
        "subject": "35-012",
        "visit": "2",
        "until": "2026-11-22 14:35 CET",
        "lots": ("L-260001-E",),
        "trial": "NCT06592703 MAESTRO-4MS",
        "product": Twofold("ASC allogéniques", "Allogeneic ASC"),
        "strength": Twofold("30,2 × 10⁶ cellules viables dans 2,8 mL", "30.2 × 10⁶ viable cells in 2.8 mL"),
        "form": Twofold("Suspension cellulaire décongelée, prête à l’emploi", "Thawed cell suspension, ready to use"),
        "route": Twofold("Voie intrathécale", "Intrathecal use"),
        "directions": Twofold("Voir la prescription et la procédure", "See the prescription and the procedure"),
        "storage": Twofold("Conserver selon la procédure de l’essai", "Store as the trial’s procedure says"),
        "human_cells": Twofold("Cellules humaines vivantes", "Living human cells"),
        "do_not_refreeze": Twofold("Ne pas recongeler", "Do not refreeze"),
        "investigator": Twofold("Investigateur : service de neurologie", "Investigator: department of neurology"),
        "contact": "CHU de Rennes",
        "address": "2 rue Henri Le Guilloux, 35033 Rennes Cedex 9",
        "telephone": "+33 0 00 00 00 00",
    }
    return DispensingLabel(**values | changes)


def a_flag(**changes: Any) -> SyringeFlag:
    """The flag of the same dose's syringe."""
    values: dict[str, Any] = {
        "code": "DO-260003-X",
        "subject": "35-012",
        "visit": "Visite 2",
        "use_before": "Avant",
        "until_day": "2026-11-22",
        "until_time": "14:35 CET",
        "route": "Voie intrathécale",
    }
    return SyringeFlag(**values | changes)
