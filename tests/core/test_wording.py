"""Numbers and times as a person reads them."""

import ast
from pathlib import Path

import pytest

import voicekit
from voicekit.core.wording import decimal, length_of_time


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "0 seconds"),
        (1, "1 second"),
        (45, "45 seconds"),
        (89.9, "90 seconds"),
        (90, "2 minutes"),
        (840, "14 minutes"),
        (5340, "89 minutes"),
        (5400, "1 hour 30 minutes"),
        (7800, "2 hours 10 minutes"),
        (7195, "2 hours"),
        (86_400, "24 hours"),
    ],
)
def test_a_time_is_said_in_the_units_a_person_thinks_in(seconds, said):
    assert length_of_time(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(130.0, "130"), (6.0, "6"), (0.1, "0.1"), (1e7, "10000000"), (2.5e-5, "0.000025"), (-16.0, "-16"), (100, "100")],
)
def test_a_number_has_no_exponent(value, said):
    assert decimal(value) == said


def test_no_message_can_show_an_exponent():
    """A format such as `.2g` writes 130 as 1.3e+02; `core.wording.decimal` does not."""
    wrong = []
    for path in Path(voicekit.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec and ast.unparse(node.format_spec).endswith("g'"):
                wrong.append(f"{path.name}:{node.lineno}")
    assert wrong == []
