import pytest

from voicekit.text.sentences import MAX_CHARACTERS, MAX_WORD, Sentence, sentences, split_sentences


@pytest.mark.parametrize(
    "whole",
    [
        ["One.", '"Two?"', "Three… four!", "Five costs 3.5 dollars"],
        ["Dr. Smith met J. R. Jones at 5 p.m.", "Then he left the U.S.", "The end."],
        ["So do I.", "Take vitamin C.", "See No. 5.", "No.", "Yes."],
        ["Acme Inc. bought it, e.g. this.", "It was sold by Acme Inc.", "She knew."],
        ['He said "What?" and left.', '"Go!"', "She went."],
        ["hello there.", "how are you?", "fine."],
        ["Voicekit 3.11.2 is out.", "Look at example.com."],
    ],
)
def test_sentences_end_where_they_end(whole):
    assert split_sentences(" ".join(whole)) == whole


def test_german_points():
    text = ["Am 3. Mai kam Dr. Müller, z. B. heute.", "Dann usw. und so fort.", "Im 21. Jahrhundert?"]
    assert split_sentences(" ".join(text), "de") == text


def test_a_wrapped_line_goes_on_and_a_short_one_ends():
    text = "A Title\nThis is a paragraph that was wrapped by\nsomebody at about forty characters and then\nit ends."
    assert split_sentences(text) == ["A Title", text.split("\n", 1)[1].replace("\n", " ")]
    assert split_sentences("Roses are red\nViolets are blue") == ["Roses are red", "Violets are blue"]
    assert split_sentences("- one\n* Two goes\n2. Three\n# Four") == ["one", "Two goes", "Three", "Four"]


def test_blank_lines_end_paragraphs_and_sentences_know_their_place():
    found = list(sentences("One. Two. Three.\r\n \r\nFour.\n\n\n***\n\n🎉"))
    assert found == [
        Sentence("One.", 0.0, True),
        Sentence("Two.", 0.5, False),
        Sentence("Three.", 1.0, False),
        Sentence("Four.", None, True),
    ]


def test_long_sentences_are_broken_at_clauses_and_nothing_is_lost():
    text = ", ".join(f"this is clause number {n}" for n in range(40)) + "."
    pieces = list(sentences(text))
    assert len(pieces) > 4 and all(len(piece.text) <= MAX_CHARACTERS for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == text
    assert [piece.goes_on for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    assert all(piece.text.endswith(",") for piece in pieces[:-1])


@pytest.mark.parametrize("unit", ["x", "word ", "1", "世", "a.", "é", "tab\t", "hard\u00a0"])
@pytest.mark.parametrize("item", ["", "- "])
def test_a_line_of_ten_thousand_characters(unit, item):
    text = unit * (10_000 // len(unit))
    pieces = [piece.text for piece in sentences(item + text)]
    assert all(len(piece) <= MAX_CHARACTERS for piece in pieces)
    assert all(
        len(word) <= MAX_WORD for piece in pieces for word in piece.split()
    )  # espeak-ng swallows the rest of longer ones
    assert "".join("".join(pieces).split()) == "".join(text.split())
