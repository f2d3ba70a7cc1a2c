"""Which way the voice goes at the end of a question.

Questions that ask for yes or no rise, those with a question word fall, and so does the last of two alternatives, in English
(Pierrehumbert & Hirschberg 1990, "The meaning of intonational contours") and in German.
"""

import re
from typing import Literal

_ASKING = {
    "en": "who whom whose what when where why which how",
    "de": "wer wen wem wessen was wann wo woher wohin womit wodurch worüber wovon wozu warum wieso weshalb wie welche "
    "welcher welches welchen welchem",
}
#: Words that may come before a question word.
_LEADING = {
    "en": "and but so or then well oh now yes no please for in at on to from by of with about until since under through "
    "exactly just",
    "de": "und aber oder also dann nun ja nein bitte an auf bei für mit nach seit von zu in um ab bis aus über unter durch",
}
_OR = {"en": "or", "de": "oder"}


def question_ending(sentence: str, language: str) -> Literal["rise", "fall"] | None:
    """How `sentence` ends; None where it is no question, or nothing is known of its language."""
    language = language.split("-")[0]
    if language not in _ASKING or not re.search(r"\?[\"')\]»”’]*$", sentence.rstrip()):
        return None
    clauses = [re.findall(r"[^\W\d_]+", clause.lower()) for clause in re.split(r"[,;:—–]|\s-\s", sentence)]
    clauses = [clause for clause in clauses if clause]
    if not clauses:
        return None
    asking, leading = _ASKING[language].split(), _LEADING[language].split()
    for clause in (clauses[0], clauses[-1]):
        first = next((word for word in clause if word not in leading), "")
        if first in asking:
            return "fall"
    return "fall" if _OR[language] in clauses[-1][:-1] else "rise"
