"""Sensible labels, and the eyes of these tests: a page as dots, a symbol as text."""

from __future__ import annotations

from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

from labels.blocks import Signature
from labels.certificate import Certificate, Headings, ResultRow
from labels.vial import VialLabel


def a_label(place: int = 17, **changes: Any) -> VialLabel:
    """A French vial label; its code and number follow from its place in the lot."""
    values: dict[str, Any] = {
        "code": f"V-25A01-{place:04d}-K",
        "number": f"{place}/240",
        "lot": "L-25A01-7",
        "product": "ASC-IT allogéniques",
        "strength": "10 × 10⁶ cellules / 1 mL",
        "trial": "UE CT 2025-512345-27-00",
        "sponsor": "CHU de Rennes",
        "route": "Voie intrathécale",
    }
    return VialLabel(**values | changes)


def some_labels(count: int, **changes: Any) -> list[VialLabel]:
    """Labels of places 1 to `count`."""
    return [a_label(place, **changes) for place in range(1, count + 1)]


def pages_at(pdf: bytes, dpi: float) -> list[Image.Image]:
    """Each page in grey at a resolution. The tiny factor keeps pdfium from rounding a whole page up by a dot."""
    document = pypdfium2.PdfDocument(pdf)
    scale = dpi / 72 * (1 - 1e-6)
    images = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    document.close()
    return images


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader could copy it."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def symbols_in(image: Image.Image) -> list[zxingcpp.Barcode]:
    """Every QR symbol that can be read in a picture."""
    return list(zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode))


def codes_in(image: Image.Image) -> list[str]:
    """The payloads of the symbols in a picture."""
    return [found.text for found in symbols_in(image)]


HEADINGS = Headings(
    title="Certificat d’analyse",
    product="Produit",
    lot="Lot",
    tier="Niveau",
    trial="Essai",
    sponsor="Promoteur",
    made_on="Fabriqué le",
    expires_on="Péremption",
    specification="Spécification",
    version="Version de la spécification",
    results="Résultats d’analyse",
    test="Analyse",
    method="Méthode",
    unit="Unité",
    criterion="Critère",
    result="Résultat",
    outcome="Verdict",
    performed_on="Réalisé le",
    laboratory="Laboratoire",
    conclusion="Conclusion",
    notes="Notes",
    signatures="Signatures électroniques",
    record="Enregistrement",
    entry="Entrée n°",
    chain_hash="Empreinte de la chaîne (SHA-256)",
    page="Page {page} sur {pages}",
    illustrative="Valeur illustrative",
    corrected="Donnée corrigée",
    against="Ce qui s’oppose à l’emploi",
    alarm="NE PAS UTILISER",
    demo="DEMO – données fictives",
)
CHAIN_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def a_row(number: int = 1, **changes: Any) -> ResultRow:
    """A conforming test, told apart by its number."""
    values: dict[str, Any] = {
        "test": f"Viabilité {number}",
        "method": "Bleu trypan, Ph. Eur. 2.7.29",
        "unit": "%",
        "criterion": "≥ 80",
        "result": "92,4",
        "outcome": "conforme",
        "performed_on": "2026-03-04",
        "laboratory": "LCQ interne",
    }
    return ResultRow(**values | changes)


def a_certificate(count: int = 8, **changes: Any) -> Certificate:
    """A certificate of a product lot with so many conforming tests."""
    values: dict[str, Any] = {
        "headings": HEADINGS,
        "product": "ASC allogéniques, 10 × 10⁶ cellules / 1 mL",
        "lot": "L-25A01-7",
        "tier": "Banque de produit",
        "trial": "UE CT 2025-512345-27-00",
        "sponsor": "CHU de Rennes",
        "made_on": "2026-03-01",
        "expires_on": "2031-03-31",
        "specification": "SPEC-ASC-04",
        "specification_version": "3",
        "rows": tuple(a_row(number) for number in range(1, count + 1)),
        "conclusion": "Le lot est conforme à la spécification.",
        "signatures": (
            Signature("Hélène Łukasik", "Assurance qualité", "2026-03-24 10:12:45 +01:00 (Europe/Paris)", "Revue"),
            Signature("Jean-Noël Çelik", "Personne qualifiée", "2026-03-24 14:03:10 +01:00", "Approbation"),
        ),
        "entry_number": 12345,
        "chain_hash": CHAIN_HASH,
        "changed": "Aucune donnée n’a changé depuis sa première saisie.",
    }
    return Certificate(**values | changes)
