"""Which way texts read."""

import pytest

from voicekit.media.direction import has_leftward, starts_leftward


@pytest.mark.parametrize(
    ("text", "starts", "has"),
    [
        ("Hello", False, False),
        ("مرحبا", True, True),
        ("שלום world", True, True),
        ("Hello שלום", False, True),
        ("12 – שלום", True, True),
        ("未来", False, False),
        ("", False, False),
        ("… 12", False, False),
    ],
)
def test_direction(text, starts, has):
    assert (starts_leftward(text), has_leftward(text)) == (starts, has)
