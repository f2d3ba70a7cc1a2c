"""What a description says is written in the picture, or said in it: words that are read or heard, not things seen."""

import re

from voicekit.text.function_words import word_set

_QUOTED = re.compile(r"""(?<!\w)"[^"]*"|[“„][^“”„]*[”“]|«[^«»]*»|»[^«»]*«|「[^「」]*」|『[^『』]*』""")
_SENTENCE_END = re.compile(r"(?<=[.!?;。！？；])\s*(?!\d)")
_PART_END = re.compile(r"(?<=,)(?=\s)|(?<=[，、])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
#: In front of a colon they call what follows it writing.
_LABELS = word_set(
    "text texts caption captions subtitle subtitles title titles super supers chyron lettering inscription headline slogan "
    "scoreboard on-screen onscreen sign banner credits tagline einblendung texteinblendung untertitel bauchbinde schrift "
    "schriftzug aufschrift titel überschrift anzeigetafel bildtext schild textinsert abspann"
)
_SIGNS = ("字幕", "文字", "テロップ", "标题", "タイトル")
#: What is written upon, and what it then does.
_WRITTEN_UPON = _LABELS | word_set("screen display billboard poster board words letters plakat bildschirm tafel monitor")
_TELLING = word_set("reads read says say shows reading saying spells liest lautet steht verkündet zeigt")
_LABEL_WORDS, _TELLING_WITHIN = 7, 3


def without_writing(text: str) -> str:
    """A text without the words in it that are quoted or called writing; the text itself where nothing else is in it."""
    left = _QUOTED.sub(" “” ", text)
    if not _WORD.search(left):  # all of it in quotes is a description in quotes
        return text
    return " ".join(_told(sentence) for sentence in _SENTENCE_END.split(left) if sentence)


def _told(sentence: str) -> str:
    """A sentence up to what is written, and what is said after that, where it can be told apart."""
    kept: list[str] = []
    for part in _PART_END.split(sentence):
        before, colon, _ = part.replace("：", ":").partition(":")
        words = [word.lower() for word in _WORD.findall(before)]
        if colon and ((len(words) <= _LABEL_WORDS and _LABELS & set(words)) or any(sign in before for sign in _SIGNS)):
            break
        kept.append(_up_to_writing(part))
    return "".join(kept)


def _up_to_writing(part: str) -> str:
    """Of "a sign reads THE END" and "white text THE END", what is before THE END."""
    found = list(_WORD.finditer(part))
    upon = -1
    for at, one in enumerate(found):
        word = one.group().lower()
        if upon >= 0 and word in _TELLING and at - upon <= (1 if word.endswith("ing") else _TELLING_WITHIN):
            return part[: one.end()] + ","
        if upon == at - 1 >= 0 and len(word) > 1 and one.group().isupper() and not found[upon].group().isupper():
            return part[: one.start()] + ","
        upon = at if word in _WRITTEN_UPON else upon
    return part
