import pytest

from voicekit.text.normalise import normalise


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("It cost $5.20.", "It cost 5 dollars and 20 cents."),
        ("It cost $1.", "It cost 1 dollar."),
        ("€3 million", "3 million euros"),
        ("£1,000,000", "1000000 pounds"),
        ("In 1984 and 2024", "In 19 84 and 20 24"),
        ("In 2005, in 1900, in 1907", "In 2005, in 19 hundred, in 19 oh 7"),
        ("At 10:30 or 7:05 or 6:00", "At 10 30 or 7 oh 5 or 6 o'clock"),
        ("3 kg at 20 °C, 1 km, 50%", "3 kilograms at 20 degrees Celsius, 1 kilometre, 50 percent"),
        ("Dr. Smith vs. Mrs. Jones, etc.", "Doctor Smith versus Missis Jones, et cetera."),
        ("the U.S. and you & me", "the U S and you and me"),
        ("12,500 people", "12500 people"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_what_is_written_becomes_what_is_said(written, spoken):
    assert normalise(written) == spoken


def test_other_languages_are_only_tidied():
    assert normalise("Das kostet  5 € „heute“", "de") == 'Das kostet 5 € "heute"'
