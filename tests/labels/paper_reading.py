"""A sensible pick list and accountability log."""

from __future__ import annotations

from typing import Any

from label_reading import CHAIN_HASH

from labels.blocks import Closing
from labels.ledger import Identity, Ledger, LedgerLine, LedgerWords, Term
from labels.pick_list import PickBox, PickList, PickVial, PickVisit, PickWords

CLOSING = Closing(
    title="Registre",
    entry="Entrée 12345",
    hash_name="Empreinte de la chaîne (SHA-256)",
    chain_hash=CHAIN_HASH,
    standing="Ce document dit l’état du registre à cette entrée.",
    page="Page {page} sur {pages}",
)

PICK_WORDS = PickWords(
    title="Liste de prélèvement",
    day="Jour",
    subject="Sujet",
    visit="visite",
    prescribed="Cellules viables prescrites",
    window="Fenêtre de la visite",
    vial="Flacon",
    lot="Lot",
    position="Position",
    taken="à prendre",
    performed_by="Prélevé par",
    checked_by="Vérifié par",
    name="Nom, date, heure",
    signed="Signature",
    boxes="Boîte à ouvrir",
    custodian="Détenteur :",
    legend="Une case noire marquée 1, 2 … est à prendre ; une case grise reste ; une case blanche est vide.",
    nowhere="non stocké",
    demo="DEMO – données fictives",
)


def a_pick_visit(first: int = 1, vials: int = 5, **changes: Any) -> PickVisit:
    """A visit with some vials in a row of one box; its marks count from `first`."""
    row = "C" if first == 1 else "D"
    taken = tuple(
        PickVial(str(n), f"V-260001-{n:03d}-K", "L-260001-E", f"{n}/40", "à dispenser", f"TANK1/R02/BOX-A/{row}{n}")
        for n in range(first, first + vials)
    )
    values: dict[str, Any] = {
        "subject": f"35-{first:03d}",
        "visit": "2",
        "prescribed": "30\u202f000\u202f000",
        "window": "2026-11-15 – 2026-12-06",
        "vials": taken,
    }
    return PickVisit(**values | changes)


def a_pick_box(path: str = "TANK1/R02/BOX-A", size: int = 10, **changes: Any) -> PickBox:
    """A box from which two visits take five vials each."""
    values: dict[str, Any] = {
        "path": path,
        "code": "S-260003-X",
        "custodian": "pharmacie",
        "rows": size,
        "columns": size,
        "take": {f"{'C' if n < 6 else 'D'}{n}": str(n) for n in range(1, 11)},
        "others": {f"A{n}": "D" for n in range(1, 8)} | {"B2": "R", "B3": "H"},
    }
    return PickBox(**values | changes)


def a_pick_list(**changes: Any) -> PickList:
    """Two visits and one box."""
    values: dict[str, Any] = {
        "words": PICK_WORDS,
        "day": "2026-11-22",
        "sponsor": "CHU de Rennes",
        "trial": "NCT06592703 MAESTRO-4MS",
        "visits": (a_pick_visit(1), a_pick_visit(6)),
        "boxes": (a_pick_box(), a_pick_box("TANK2/R01/BOX-C", 12)),
        "closing": CLOSING,
    }
    return PickList(**values | changes)


LEDGER_WORDS = LedgerWords(
    title="Registre de comptabilité",
    scope="Périmètre",
    number="N°",
    at="Date et heure",
    what="Mouvement",
    vial="Flacon",
    lot="Lot",
    expires_on="Péremption",
    received="Entrée",
    issued="Sortie",
    balance="Solde",
    subject="Sujet",
    visit="Visite",
    prescriber="Prescripteur",
    by="Par",
    checked_by="Vérifié par",
    movements="Mouvements",
    identities="Réconciliation",
    holds="égal",
    differs="différent",
    demo="DEMO – données fictives",
)


def a_ledger_line(number: int = 1, **changes: Any) -> LedgerLine:
    """A vial taken for a dose, told apart by its number."""
    values: dict[str, Any] = {
        "number": str(number),
        "at": "2026-11-22 14:35 CET",
        "what": "décongelé",
        "vial": f"V-260001-{number:03d}-K",
        "lot": "L-260001-E",
        "expires_on": "2031-10-31",
        "received": "",
        "issued": "1",
        "balance": str(100 - number),
        "subject": "35-012",
        "visit": "2",
        "prescriber": "Dr Le Goff",
        "by": "pharmacist",
        "checked_by": "technician",
    }
    return LedgerLine(**values | changes)


def a_ledger(count: int = 30, **changes: Any) -> Ledger:
    """So many lines, two identities that hold and one that does not."""
    stock = (Term("en stock", "30"), Term("utilisés pour des doses", "6"), Term("cassés", "1"), Term("manquants", "3"))
    values: dict[str, Any] = {
        "words": LEDGER_WORDS,
        "reference_heading": "Lot",
        "reference": "L-260001-E",
        "sponsor": "CHU de Rennes",
        "trial": "NCT06592703 MAESTRO-4MS",
        "scope": "Flacons entrés à la pharmacie",
        "lines": tuple(a_ledger_line(n) for n in range(1, count + 1)),
        "identities": (
            Identity(Term("Flacons reçus", "40"), stock, holds=True),
            Identity(Term("Préparées", "2"), (Term("dispensées", "1"), Term("écartées", "1")), holds=True),
            Identity(Term("Dispensées", "1"), (Term("administrées", "0"), Term("perdues", "0")), holds=False),
        ),
        "closing": CLOSING,
    }
    return Ledger(**values | changes)
