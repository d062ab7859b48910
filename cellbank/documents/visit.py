"""The pick list of a day: the visits that may be served, their vials, and a map of every box to open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date

from cellbank.documents.closing import closing
from cellbank.documents.vial import printable
from cellbank.domain.subject import Subject
from cellbank.errors import Finding, Refused
from cellbank.facts.protocol import protocol_in_force
from cellbank.store import subject as store_subject
from cellbank.store.unit_of_work import Reading
from cellbank.views import vial as view_vial
from cellbank.views.storage import BoxMap, box_map
from cellbank.views.vial import VialLine
from cellbank.views.visit import VisitView, visit_view
from cellbank.wording import Wording
from labels.pick_list import PickBox, PickList, PickVial, PickVisit, PickWords, render_pick_list


def pick_list(reading: Reading, day: date, wording: Wording) -> bytes:
    """The pick list as PDF; refused when no visit of that day has vials set aside."""
    listed = pick_list_of(reading, day, wording)
    with printable():
        return render_pick_list(listed)


def pick_list_of(reading: Reading, day: date, wording: Wording) -> PickList:
    """Everything the pick list of a day says; refused when no visit of that day has vials set aside."""
    visits = list(served_on(reading, day))
    if not visits:
        raise Refused(Finding("picklist.none", day.isoformat(), {"day": day}))
    protocol = protocol_in_force(reading)
    lines = {code: view_vial.vial_view(reading, code) for visit in visits for code in visit.reserved}
    paths = {line.position.rpartition("/")[0] for line in lines.values() if line.position is not None}
    maps = {path: box_map(reading, path) for path in sorted(paths)}
    listed = tuple(_listed(visits, lines, maps, wording))
    return PickList(
        words=PickWords(**{field.name: wording.say(f"picklist.{field.name}") for field in fields(PickWords)}),
        day=wording.value(day),
        sponsor=protocol.sponsor,
        trial=f"{protocol.code} {protocol.acronym}",
        visits=listed,
        boxes=tuple(_boxes([vial for visit in listed for vial in visit.vials], maps, wording)),
        closing=closing(reading, wording),
        demo=reading.demo,
    )


def served_on(reading: Reading, day: date) -> Iterator[VisitView]:
    """The visits whose window is open that day, of subjects who take part, not injected, with vials set aside."""
    for visit in store_subject.visits(reading.session):
        subject = reading.session.get_one(Subject, visit.subject_id)
        if (visit.first_on <= day <= visit.last_on or visit.planned_on == day) and subject.withdrawn_on is None:
            seen = visit_view(reading, visit)
            if seen.reserved and seen.injected_at is None:
                yield seen


def _listed(
    visits: Sequence[VisitView], lines: Mapping[str, VialLine], maps: Mapping[str, BoxMap], wording: Wording
) -> Iterator[PickVisit]:
    """The visits with their vials, numbered through the whole list in the order of their places."""
    mark = 0
    for visit in visits:
        vials: list[PickVial] = []
        for line in sorted(map(lines.__getitem__, visit.reserved), key=_in_order):
            mark += 1
            vials.append(
                PickVial(
                    mark=str(mark),
                    code=line.code,
                    lot=line.lot,
                    number=wording.say("picklist.number", number=line.number),
                    stock_class=_class_of(line, maps, wording),
                    position=line.position,
                )
            )
        cells = visit.prescribed_cells
        yield PickVisit(
            subject=visit.subject,
            visit=str(visit.number),
            prescribed=wording.say("picklist.not_prescribed") if cells is None else wording.number(cells),
            window=wording.say("picklist.from_to", first=visit.first_on, last=visit.last_on),
            vials=tuple(vials),
        )


def _class_of(line: VialLine, maps: Mapping[str, BoxMap], wording: Wording) -> str:
    """The stock class, and whether the vial is held now: then the pull will be refused."""
    said = wording.term("stock_class", line.stock_class)
    box, _, spot = (line.position or "").rpartition("/")
    held = box in maps and spot in maps[box].cells and maps[box].cells[spot].held
    return f"{said} · {wording.say('picklist.held')}" if held else said


def _in_order(line: VialLine) -> tuple[str, str, int, str, int]:
    """Box by box, row by row, column by column; what is not stored comes first, for it must be found."""
    box, _, spot = (line.position or "").rpartition("/")
    return box, spot[:1], int(spot[1:] or 0), line.lot, line.number


def _boxes(vials: Sequence[PickVial], maps: Mapping[str, BoxMap], wording: Wording) -> Iterator[PickBox]:
    take: dict[str, dict[str, str]] = {path: {} for path in maps}
    for vial in vials:
        if vial.position is not None:
            box, _, spot = vial.position.rpartition("/")
            take[box][spot] = vial.mark
    for path, seen in maps.items():
        yield PickBox(
            path=seen.path,
            code=seen.code,
            custodian=wording.term("custodian", seen.custodian),
            rows=seen.rows,
            columns=seen.columns,
            take=take[path],
            others={spot: cell.letter for spot, cell in seen.cells.items() if spot not in take[path]},
        )
