"""1,000 vial labels: the product against a hand-written floor and against what most people write.

Run `PYTHONPATH=. python tests/benchmarks/bench_labels.py [labels]`. It prints a table and never fails on a time.
The floor writes a PDF by hand, with the matrices by superposition, five lines in a font that is not embedded,
and none of the refusals; the naive way is qrcode, a picture, and reportlab's drawImage and drawString.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable
from io import BytesIO

import qrcode
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from labels.canvas import symbol_path
from labels.qr import symbols
from labels.stock import stock_named
from labels.typeface import BOLD, REGULAR, typeface
from labels.vial import VialLabel, render_vials

MM = 72 / 25.4
REPEATS = 5


def some_labels(count: int) -> list[VialLabel]:
    """Labels as the bank prints them: what differs is the code and the number."""
    return [
        VialLabel(
            code=f"V-25A01-{place:05d}-K",
            number=f"{place}/{count}",
            lot="L-25A01-7",
            product="ASC-IT allogéniques",
            strength="10 × 10⁶ cellules / 1 mL",
            trial="UE CT 2025-512345-27-00",
            sponsor="CHU de Rennes",
            route="Voie intrathécale",
        )
        for place in range(1, count + 1)
    ]


def lines_of(label: VialLabel) -> tuple[str, ...]:
    """The five lines that floor and naive way print."""
    return (label.code, label.product, f"Lot {label.lot} {label.number}", label.trial, label.sponsor)


def by_hand(labels: list[VialLabel]) -> bytes:
    """The floor: the least that is still a PDF with a page a label."""
    out = BytesIO()
    offsets = []

    def put(body: bytes) -> None:
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (len(offsets), body))

    out.write(b"%PDF-1.4\n")
    put(b"<< /Type /Catalog /Pages 2 0 R >>")
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(labels)))
    put(b"<< /Type /Pages /Count %d /Kids [%b] /MediaBox [0 0 93.6 36.96] >>" % (len(labels), kids))
    put(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for label, drawn in zip(labels, symbols([label.code for label in labels]), strict=True):
        shown = "\n".join(f"({line}) '" for line in lines_of(label))
        page = f"q .96 0 0 -.96 3.84 33.12 cm\n{symbol_path(drawn)}\nf Q BT /F 5 Tf 6 TL 28 34 Td {shown} ET"
        stream = zlib.compress(page.encode("latin-1"))
        put(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
        content = len(offsets)
        put(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources << /Font << /F 3 0 R >> >> >>" % content)
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
    return out.getvalue()


def naive(labels: list[VialLabel]) -> bytes:
    """What most people write."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(33 * MM, 13 * MM))
    for label in labels:
        picture = BytesIO()
        qrcode.make(label.code, border=4).save(picture, format="PNG")
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 3 * MM, 9.8 * MM, 9.8 * MM)
        for row, line in enumerate(lines_of(label)):
            canvas.setFont(REGULAR if row else BOLD, 5)
            canvas.drawString(10 * MM, (11 - 2 * row) * MM, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def milliseconds_each(work: Callable[[], object], count: int, repeats: int) -> float:
    """The best of some runs: the machine is shared, and nothing can make a run too fast."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best / count * 1000


def extra_kilobytes(count: int) -> tuple[float, float]:
    """The size of the output and the peak of memory, in kB a label."""
    labels = some_labels(count)
    roll = stock_named("roll-33x13")
    tracemalloc.start()
    pdf = render_vials(labels, roll)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return len(pdf) / count / 1000, peak / count / 1000


def main() -> None:
    """Measure everything in one run and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    labels = some_labels(count)
    roll, sheet = stock_named("roll-33x13"), stock_named("sheet-85")
    typeface(REGULAR), typeface(BOLD)
    some = max(count // 10, 1)
    floor = milliseconds_each(lambda: by_hand(labels), count, REPEATS)
    plain = milliseconds_each(lambda: naive(labels[:some]), some, 2)
    rows = [
        ("floor: by hand", floor),
        ("product: roll, PDF", milliseconds_each(lambda: render_vials(labels, roll), count, REPEATS)),
        ("product: sheet of 85, PDF", milliseconds_each(lambda: render_vials(labels, sheet), count, REPEATS)),
        ("product: roll, ZPL", milliseconds_each(lambda: render_vials(labels[:some], roll, form="zpl"), some, 2)),
        ("qrcode, picture, drawImage", plain),
    ]
    print(f"{count} labels            ms a label    × floor    faster than naive")  # noqa: T201
    for name, time_each in rows:
        print(f"{name:28}{time_each:8.3f}{time_each / floor:11.1f}{plain / time_each:14.1f} ×")  # noqa: T201
    for size in (500, 1000, 4000):
        output, peak = extra_kilobytes(size)
        print(f"memory at {size:5} labels: {peak:.1f} kB a label at the peak, {output:.1f} kB of output")  # noqa: T201


if __name__ == "__main__":
    main()
