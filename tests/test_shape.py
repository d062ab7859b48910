"""What the report of complicated functions counts."""

from tests.shape import report, shapes

SOURCE = """
def plain(a):
    return a


def asked(a, b, c):
    if a and b or c:
        return [one for one in a if one]
    return None
"""


def test_and_and_or_count_as_decisions_as_an_if_and_a_loop_do() -> None:
    assert [(one.name, one.decisions, one.lines) for one in shapes(SOURCE)] == [("plain", 1, 2), ("asked", 5, 4)]


def test_the_whole_program_is_counted() -> None:
    count, *_ = report().split()
    assert int(count) > 2000
