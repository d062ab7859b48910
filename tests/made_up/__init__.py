"""A station and a kind of label that are made up: what a developer writes and changes to add them.

`new/` holds the files that they bring; the changes are lines put before a line of a file of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NEW = Path(__file__).parent / "new"


@dataclass(frozen=True)
class MadeUp:
    """`new`: its own files. `changed`: by file, before which line what is put."""

    new: Sequence[str]
    changed: Mapping[str, Sequence[tuple[str, str]]]

    @property
    def touched(self) -> list[str]:
        """Every file that it needs, its own and ours."""
        return sorted({*self.new, *self.changed})

    def put_into(self, tree: Path) -> None:
        """Write its files into a tree, and its lines into the tree's."""
        for name in self.new:
            (tree / name).write_text((NEW / name).read_text("utf-8"), "utf-8")
        for name, changes in self.changed.items():
            text = (tree / name).read_text("utf-8")
            for before, added in changes:
                assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {name}"
                text = text.replace(before, added + before)
            (tree / name).write_text(text, "utf-8")


STATION = MadeUp(
    new=(
        "cellbank/domain/bioreactor.py",
        "cellbank/commands/bioreactor.py",
        "cellbank/services/bioreactor.py",
        "cellbank/views/bioreactor.py",
        "cellbank/cli/bioreactor.py",
        "tui/forms/bioreactor.py",
        "data/locale/en/bioreactor.toml",
        "data/locale/fr/bioreactor.toml",
    ),
    changed={
        ".importlinter": [("    dose_gate\n", "    bioreactor\n")],
        "cellbank/domain/stations.py": [
            ('    VISIT = "visit"\n', '    BIOREACTOR = "bioreactor"\n'),
            ("    Station.VISIT: Declared(", '    Station.BIOREACTOR: Declared("B", link=True, bench=True),\n'),
        ],
        "cellbank/store/migrations/versions/0001_first_schema.py": [
            (
                "    # ### end Alembic commands ###\n",
                "    op.create_table(\n"
                '        "bioreactor",\n'
                '        sa.Column("id", sa.Text(), nullable=False),\n'
                '        sa.Column("code", sa.Text(), nullable=False),\n'
                '        sa.Column("litres", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),\n'
                '        sa.Column("started_at", sa.Text(), nullable=False),\n'
                '        sa.Column("stopped_at", sa.Text(), nullable=True),\n'
                '        sa.PrimaryKeyConstraint("id"),\n'
                '        sa.UniqueConstraint("code"),\n'
                "        sqlite_strict=True,\n"
                "    )\n",
            )
        ],
        "cellbank/store/stations.py": [
            ("from cellbank.domain.culture import", "from cellbank.domain.bioreactor import Bioreactor\n"),
            ("    Station.TRANSFER: ", "    Station.BIOREACTOR: Bioreactor,\n"),
        ],
        "cellbank/store/lineage.py": [("    Station.SUBJECT: Steps(", "    Station.BIOREACTOR: Steps(),\n")],
        "cellbank/views/stations.py": [
            ("from cellbank.views import culture", "from cellbank.views import bioreactor\n"),
            ("    Station.TRANSFER: ", "    Station.BIOREACTOR: bioreactor.bioreactor_view,\n"),
        ],
        "cellbank/cli/app.py": [
            ('    "culture": (', '    "bioreactor": ("bioreactor", "Bioreactors: start, stop."),\n'),
        ],
        "tui/forms/registry.py": [
            ("from tui.forms.form import Form\n", "from tui.forms import bioreactor\n"),
            ("    Station.HOLD: ", "    Station.BIOREACTOR: bioreactor.OF_BIOREACTOR,\n"),
            ("    *donor.NEW,\n", "    *bioreactor.NEW,\n"),
        ],
        "tui/app/routes.py": [("    Station.DOSE: ", "    Station.BIOREACTOR: _record,\n")],
    },
)

LABEL = MadeUp(
    new=("labels/bioreactor.py", "cellbank/documents/bioreactor.py", "tui/screens/bioreactor_labels.py"),
    changed={
        "cellbank/documents/label_kinds.py": [
            (
                "from cellbank.languages import Language\n",
                "from cellbank.documents import bioreactor\n"
                "from cellbank.domain.bioreactor import Bioreactor\n"
                "from labels.bioreactor import render_bioreactors\n",
            ),
            (
                "    VIAL: LabelKind(",
                '    "bioreactor": LabelKind(\n'
                '        Bioreactor, "roll-33x13", bioreactor.bioreactor_label, render_bioreactors, bioreactor.words\n'
                "    ),\n",
            ),
        ],
        "cellbank/cli/label.py": [
            (
                "def _run(\n",
                "_of_things(\n"
                '    "bioreactor",\n'
                '    "bioreactor",\n'
                '    argument("BIOREACTOR...", "The bioreactors, by their codes."),\n'
                '    "cellbank label bioreactor B-260001-1 --output bioreactor.pdf",\n'
                '    "Labels for bioreactors, to be scanned wherever one is asked for.",\n'
                ")\n\n\n",
            )
        ],
        "tui/screens/record.py": [
            (
                "from tui.screens.record_fields import ",
                "from tui.screens.bioreactor_labels import BioreactorLabels\n",
            ),
            ('        Binding("ctrl+g", ', '        Binding("ctrl+l", "labels", "tui.key.labels"),\n'),
            (
                "    def action_growth(self) -> None:\n",
                "    def action_labels(self) -> None:\n"
                '        """The label of a bioreactor."""\n'
                "        self.app.push_screen(BioreactorLabels(self.code))\n\n",
            ),
        ],
        "data/locale/en/label.toml": [
            (
                '"label.printed_already"',
                '"label.bioreactor.printed_already" = "{bioreactor} has a label already."\n'
                '"label.bioreactors.none" = "Name at least one bioreactor."\n'
                '"tui.bioreactor_labels.title" = "Label of {code}"\n',
            )
        ],
        "data/locale/fr/label.toml": [
            (
                '"label.printed_already"',
                '"label.bioreactor.printed_already" = "{bioreactor} a déjà une étiquette."\n'
                '"label.bioreactors.none" = "Nommez au moins un bioréacteur."\n'
                '"tui.bioreactor_labels.title" = "Étiquette de {code}"\n',
            )
        ],
    },
)
