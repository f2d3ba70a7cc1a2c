"""A text and its translation side by side: the two lines of a subtitle, paragraph by paragraph, one behind the other.

They are told by their words (see `text.language`): what is only once in a foreign language, a quotation, is no translation.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from voicekit.core.patterns import lazy_pattern
from voicekit.text.language import language_of
from voicekit.text.language_names import language_name, short_code
from voicekit.text.script.times import Times

_NAMES = {
    "en": "English englisch anglais inglés",
    "de": "German deutsch allemand alemán",
    "fr": "French français französisch francés",
    "es": "Spanish español spanisch espagnol",
    "it": "Italian italiano italienisch",
    "pt": "Portuguese português portugiesisch",
    "nl": "Dutch nederlands niederländisch",
    "sv": "Swedish svenska schwedisch",
    "da": "Danish dansk dänisch",
    "no": "Norwegian norsk",
    "fi": "Finnish suomi finnisch",
    "pl": "Polish polski polnisch",
    "cs": "Czech čeština tschechisch",
    "hu": "Hungarian magyar ungarisch",
    "ro": "Romanian română rumänisch",
    "tr": "Turkish türkçe türkisch",
    "ru": "Russian русский russisch",
    "uk": "Ukrainian українська",
    "el": "Greek ελληνικά",
    "ar": "Arabic العربية",
    "he": "Hebrew עברית",
    "hi": "Hindi हिन्दी",
    "zh": "Chinese 中文",
    "ja": "Japanese 日本語",
    "ko": "Korean 한국어",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "th": "Thai",
}
_BY_NAME = {name.lower(): code for code, names in _NAMES.items() for name in names.split()}
_LABEL = lazy_pattern(r"\s*(?P<name>[A-Z]{2}|[^\W\d_]{4,12})\s?:\s+")
#: Different words that have to speak for a language: at least so many, and one in so many, up to so many.
_LEAST_WORDS, _ONE_IN, _MOST_WORDS = 3, 10, 15
_BETWEEN = lazy_pattern(r"\s(?:/{1,2}|\||·|•)\s")


def language_called(name: str) -> str | None:
    """The code of a language by its name in some languages, or by the code in capitals: “English”, “Deutsch”, “DE”."""
    name = name.strip(" :#*_()[]")
    return _BY_NAME.get(name.lower()) or (name.lower() if name.isupper() and name.lower() in _NAMES else None)


def are_two(first: Sequence[str], second: Sequence[str], least: int = 2) -> tuple[str, str] | None:
    """The languages of texts and their translations; None where they are not in two, each in one."""
    if min(len(first), len(second)) < least:
        return None
    languages = _language(first), _language(second)
    if None in languages or languages[0] == languages[1]:
        return None
    for texts, own in zip((first, second), languages, strict=True):
        if any(language_of(text) not in (None, own) for text in texts):
            return None
    return languages[0] or "", languages[1] or ""


def _language(texts: Sequence[str]) -> str | None:
    whole = " ".join(texts)
    return language_of(whole, max(_LEAST_WORDS, min(len(whole.split()) // _ONE_IN, _MOST_WORDS)))


def chosen(languages: Sequence[str], wanted: str | None) -> tuple[int, str]:
    """Which of some languages is spoken, the one that is wanted or the first, and what to tell of that."""
    code = short_code(wanted or "")
    index = languages.index(code) if code in languages else 0
    others = [language_name(one) for one in languages if one != languages[index]]
    other = next(one for one in languages if one != languages[index])
    missing = f"; {language_name(code)} is not among them" if code and code not in languages else ""
    return index, (
        f"it is in {' and '.join(map(language_name, languages))}: {language_name(languages[index])} is spoken, "
        f"{', '.join(others)} is not{missing} (--language {other} chooses)"
    )


def in_one_language(text: str, wanted: str | None, times: Times) -> tuple[str, str]:
    """A text without its translation, as long as before, and what to tell of it; "" where it is in one language.

    Args:
        wanted: the code of the language that is to stay; None for the first.
    """
    lines = text.split("\n")
    heads = [times.head(line) for line in lines]
    begins = [head.end if head else 0 for head in heads]
    paragraphs = _paragraphs(lines, begins)
    if len(paragraphs) < 2:
        return text, ""
    for split in (_by_labels, _by_signs, _by_lines, _by_titles, _in_turn, _in_halves):
        found = split(lines, begins, paragraphs)
        if not found:
            continue
        languages, parts = found
        index, note = chosen(languages, wanted)
        signs = list(text)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        for number, begin, end in (*parts[1 - index], *(parts[2] if len(parts) > 2 else ())):
            signs[starts[number] + begin : starts[number] + end] = " " * (end - begin)
        return "".join(signs), note
    return text, ""


#: A stretch of a line: its number, and where it begins and ends.
_Stretch = tuple[int, int, int]
_Found = tuple[tuple[str, str], list[list[_Stretch]]] | None


def _paragraphs(lines: Sequence[str], begins: Sequence[int]) -> list[list[int]]:
    """The lines between blank lines, by their numbers, but for those that are only a time."""
    found: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        if line.strip():
            found[-1] += [number] if line[begins[number] :].strip() else []
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def _by_labels(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    """“EN: …” and “DE: …”, line by line; a line without a label belongs to the one above it."""
    labelled: dict[str, list[_Stretch]] = {}
    labels: list[_Stretch] = []
    counts: Counter[str] = Counter()
    for numbers in paragraphs:
        own = None
        for number in numbers:
            label = _LABEL.match(lines[number], begins[number])
            if label and (code := language_called(label["name"])):
                own = code
                counts[code] += 1
                labels.append((number, begins[number], label.end()))
            if not own:
                return None
            labelled.setdefault(own, []).append((number, begins[number], len(lines[number])))
    if len(labelled) != 2:
        return None
    first, second = labelled
    if abs(counts[first] - counts[second]) > 1:  # a dialogue of speakers who are called so, and no translation
        return None
    return (first, second), [labelled[first], labelled[second], labels]


def _by_signs(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    """“… / …” in every line."""
    parts: list[list[_Stretch]] = [[], []]
    between: list[_Stretch] = []
    for numbers in paragraphs:
        for number in numbers:
            signs = list(_BETWEEN.finditer(lines[number], begins[number]))
            if len(signs) != 1:
                return None
            parts[0].append((number, begins[number], signs[0].start()))
            parts[1].append((number, signs[0].end(), len(lines[number])))
            between.append((number, *signs[0].span()))
    languages = _languages(lines, parts)
    return (languages, [*parts, between]) if languages else None


def _by_lines(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    """The first lines of every paragraph in one, and as many below them in the other."""
    if any(len(numbers) % 2 for numbers in paragraphs):
        return None
    halves = [(numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]) for numbers in paragraphs]
    return _of(lines, begins, [half[0] for half in halves], [half[1] for half in halves])


def _by_titles(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    """“English” above the paragraphs of one, “Deutsch” above those of the other."""
    titles = [index for index, numbers in enumerate(paragraphs) if language_called(lines[numbers[0]])]
    if len(titles) != 2 or titles[0] != 0 or titles[1] == len(paragraphs) - 1 + (len(paragraphs[-1]) > 1):
        return None
    first, second = paragraphs[: titles[1]], paragraphs[titles[1] :]
    found = _of(lines, begins, [first[0][1:], *first[1:]], [second[0][1:], *second[1:]], least=1)
    heads = [(numbers[0], 0, len(lines[numbers[0]])) for numbers in (first[0], second[0])]
    return (found[0], [*found[1], heads]) if found else None


def _in_turn(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    return _of(lines, begins, paragraphs[::2], paragraphs[1::2]) if len(paragraphs) % 2 == 0 else None


def _in_halves(lines: Sequence[str], begins: Sequence[int], paragraphs: Sequence[Sequence[int]]) -> _Found:
    half = len(paragraphs) // 2
    return _of(lines, begins, paragraphs[:half], paragraphs[half:]) if len(paragraphs) % 2 == 0 else None


def _of(
    lines: Sequence[str],
    begins: Sequence[int],
    first: Iterable[Sequence[int]],
    second: Iterable[Sequence[int]],
    least: int = 2,
) -> _Found:
    parts = [
        [(number, begins[number], len(lines[number])) for numbers in half for number in numbers] for half in (first, second)
    ]
    languages = _languages(lines, parts, least)
    return (languages, parts) if languages else None


def _languages(lines: Sequence[str], parts: Sequence[Sequence[_Stretch]], least: int = 2) -> tuple[str, str] | None:
    first, second = ([lines[number][begin:end] for number, begin, end in part] for part in parts[:2])
    return are_two(first, second, least)
