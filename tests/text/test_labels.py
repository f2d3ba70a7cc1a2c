from voicekit.text.phonemes.labels import align_words
from voicekit.text.phonemes.phonemise import phonemise


def names(text: str) -> list[str]:
    return [name for name, _, _ in phonemise(text).words]


def test_words_that_are_read_as_others_keep_what_is_written():
    assert names("It cost $5 in 1984, said Dr. Smith.") == [
        "It",
        "cost",
        "$5",
        "",
        "in",
        "1984",
        "",
        "",
        "said",
        "Dr",
        "Smith",
    ]


def test_words_that_run_together_are_one():
    assert names("The end of the day") == ["The", "end", "of the", "day"]


def test_what_is_not_said_is_nobodys():
    assert names("Well — done 🎉 now!") == ["Well", "done", "now"]


def test_blocks_of_different_lengths_belong_to_their_first():
    assert align_words(["a", "x", "y", "b"], ["a", "one", "two", "three", "b"]) == [[0], [1, 2], [], [], [3]]
    assert align_words(["a", "gone", "b"], ["a", "b"]) == [[0, 1], [2]]
    assert align_words([], ["a"]) == [[]]
