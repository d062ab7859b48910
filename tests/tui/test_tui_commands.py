"""Forms made from commands: every answer has words, every name said of an answer is one."""

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest

from cellbank.commands.command import asked
from cellbank.languages import known_languages
from cellbank.wording import Wording
from tui.forms import registry
from tui.forms.command import CommandForm, Offer
from tui.forms.culture import Harvest, Passage, Thaw
from tui.forms.form import SignedForm
from tui.forms.registry import BY_STATION, NEW

FORMS = {
    kind.code: kind
    for kind in (*(kind for kinds in BY_STATION.values() for kind in kinds), *NEW)
    if issubclass(kind, CommandForm) and hasattr(kind, "command")
}


@pytest.mark.parametrize("code", FORMS)
def test_every_answer_that_a_form_asks_for_has_words_in_every_language(code: str) -> None:
    form = FORMS[code]("" if FORMS[code] in NEW else "X-1")
    for words in (Wording(language) for language in known_languages()):
        for answer in form.asked():
            label = form.question(answer, words, Offer()).label
            assert label or words.knows(f"tui.ask.{answer.name}"), (words.language, answer.name)
        assert words.knows(f"tui.form.{code}")
        assert words.knows(f"tui.form.{code}.tip")


@pytest.mark.parametrize("code", FORMS)
def test_every_name_that_a_form_says_is_an_answer_of_its_command(code: str) -> None:
    form = FORMS[code]
    names = {answer.name for answer in asked(form.command)}
    ordered = [name for name in form.order if isinstance(name, str)]
    assert len(set(ordered)) == len(ordered)
    said = {*ordered, *form.without, *form.stays, *([form.here] if form.here else []), *offered(form)}
    assert said <= names | ({form.when} if form.happened else set()), "when it was done is asked by every such form"


@pytest.mark.parametrize("code", [code for code, form in FORMS.items() if form.command.about.when])
def test_a_form_with_a_moment_of_its_own_asks_why_it_is_recorded_late(code: str) -> None:
    assert FORMS[code].happened


def sliced(text: str) -> list[int]:
    """The lines of a module on which a list of forms is taken apart by position."""
    return [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Slice)]


def test_no_list_of_forms_is_taken_apart_by_position() -> None:
    """A form added at the end of such a list would move the keys of others."""
    forms = [path.read_text("utf-8") for path in Path(inspect.getfile(registry)).parent.glob("*.py")]
    lists = [line for text in forms for line in sliced("\n".join(lists_of_forms(text)))]
    assert not lists
    assert sliced("\n".join(lists_of_forms("X = (*culture.OF_CULTURE[:-1], Fill)\nY = text[:1]"))) == [1]


def lists_of_forms(text: str) -> list[str]:
    """The assignments of a module that speak of a list of forms."""
    told = (ast.unparse(node) for node in ast.parse(text).body if isinstance(node, ast.Assign | ast.AnnAssign))
    return [said for said in told if re.search(r"\b(OF_[A-Z]+|NEW)\b", said)]


def offered(form: type[CommandForm]) -> set[str]:
    """What a form offers something for, as it is written out."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(form.offers)))
    keys = [key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("code", FORMS)
def test_what_is_signed_is_shown_by_a_form_that_signs(code: str) -> None:
    assert issubclass(FORMS[code], SignedForm) == FORMS[code].command.about.signed


def test_the_thing_in_front_answers_and_others_may_be_named_beside_it() -> None:
    form = Passage("C-260001-G")
    names = [answer.name for answer in form.asked()]
    assert names == ["total", "viability_percent", "viable", "surface_cm2", "materials", "method", "culture_codes"]
    assert form.answered({"culture_codes": ("C-260002-B",)})["culture_codes"] == ("C-260001-G", "C-260002-B")
    others = next(answer for answer in form.asked() if answer.name == "culture_codes")
    assert form.question(others, Wording("en"), Offer()).optional
    assert not Passage().question(others, Wording("en"), Offer()).optional


def test_an_order_says_where_those_that_it_does_not_name_stand() -> None:
    class Reversed(Thaw, of=Thaw.command, order=("materials", ..., "vial_codes"), without=("surface_cm2",)):
        """Another order."""

    assert [answer.name for answer in Reversed().asked()] == ["materials", "viable", "vial_codes"]
    assert [answer.name for answer in Harvest().asked()] == ["total", "viability_percent", "method", "culture_codes"]
