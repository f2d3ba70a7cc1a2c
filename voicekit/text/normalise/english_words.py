"""Which words are English."""

from functools import cache


@cache
def english_words() -> frozenset[str]:
    """Those of the CMU dictionary, in small letters."""
    import pocketsphinx

    with open(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"), encoding="utf-8") as file:
        return frozenset(line.partition(" ")[0] for line in file)
