"""Removes what Markdown and HTML put into a text for the eye only, wherever it is: links, comments, marks of notes.

The marks that make lines into paragraphs, lists and headings are read by `pasted`.
"""

import html
import re

from voicekit.core.patterns import lazy_pattern

#: Replaces a character that is not to be read.
NOTHING = "\ue000"

#: Replaces the end of a line that also ends a sentence.
STOP = "\ue004"

#: Replaces “(beat)”: half a second of silence behind the word before it, if there is one.
PAUSE = "\ue005"

_COMMENT = lazy_pattern(r"(?<!\\)<!--(?:(?!<!--).)*?-->", re.DOTALL)
#: Fences are not spoken; the text between them is read, unless they name a programming language.
_FENCE = lazy_pattern(r"^[^\S\n]*(?:`{3,}+|~{3,}+)(?P<language>[\w+#-]*+)[^\S\n]*+(?:\{[^}\n]*\}[^\S\n]*+)?$", re.MULTILINE)
_TEXT_LANGUAGES = ("", "text", "txt", "plain", "plaintext", "markdown", "md", "story", "script", "srt", "vtt")
_BREAK = lazy_pattern(r"(?<!\\)<br\s*/?>", re.IGNORECASE)
_HTML = lazy_pattern(
    r"(?<!\\)</?(?:a|abbr|article|aside|b|big|blockquote|body|button|caption|center|cite|code|dd|del|details|dfn|div|dl|dt|em|"
    r"figcaption|figure|font|footer|h[1-6]|header|hr|html|i|img|ins|kbd|label|li|main|mark|nav|ol|picture|pre|q|samp|section|"
    r"small|source|span|strike|strong|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|video)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
#: The subscript of HTML; SSML's says how it is read, and is kept.
_SUBSCRIPT = lazy_pattern(r"(?<!\\)<sub\s*>([^<>\n]{1,80})</sub\s*>", re.IGNORECASE)
_SUPERSCRIPT = lazy_pattern(r"(?<!\\)<sup>\s*(?:\[?[\w*†‡]{1,3}\]?\s*)</sup>", re.IGNORECASE)
_PAGE = lazy_pattern(r"<(head|script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>|<!DOCTYPE[^<>]*>", re.DOTALL | re.IGNORECASE)
# An address has a "/", "#", "." or ":", so that "[calm](softly)" is no link.
_LINK = lazy_pattern(
    r"(?<!\\)(!?\[)([^\[\]\n]*)(\]\((?=[^()\s]*[/#.:])(?:[^()\s]++|\([^()\s]*\))*+(?:\s++(?:\"[^\"\n]*\"|'[^'\n]*'))?\))"
)
_DEFINITION = lazy_pattern(
    r"^ {0,3}\[([^\[\]^\n]+)\]:[^\S\n]*(?:<[^<>\n]*>|(?=\S+[/.#]\S)\S++)(?:[^\S\n]++[\"'(][^\n]*[\"')])?[^\S\n]*$",
    re.MULTILINE,
)
_REFERENCE = lazy_pattern(r"(?<!\\)(!?\[)([^\[\]\n]+)(\] ?\[([^\[\]\n]*)\])")
_WIKI = lazy_pattern(r"(!?\[\[)(?:[^\[\]|\n]*\|)?([^\[\]|\n]+)\]\]")
_AUTOLINK = lazy_pattern(r"(?<!\\)<((?:https?://|mailto:)[^<>\s]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_ENTITY = lazy_pattern(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,30});")
#: Marks of footnotes: “[^1]”; “[1]”, “[2, 3]” and “[12–14]” of an encyclopaedia.
_NOTE_MARK = lazy_pattern(r"(?<!\\)(?:\[\^[^\[\]\s]+\]|【[^【】\n]{1,40}】|\^\[[^\[\]\n]*\])(?!:)")
_CITED = lazy_pattern(
    r"(?<![\\\w])\[[1-9]\d{0,2}(?:\s?[,;–-]\s?\d{1,3})*\](?![\w(])|(?<=[^\W\d_]{2})\[[1-9]\d{0,2}(?:\s?[,;–-]\s?\d{1,3})*\](?![\w(])"
)
_RAISED = lazy_pattern(
    r"(?<=[^\W\d_¹²³⁰⁴-⁹][^\W\d_¹²³⁰⁴-⁹])[¹²³⁰⁴-⁹]++(?:[,⁻–][¹²³⁰⁴-⁹]++)*(?![\w²³])|(?<=[.,;:!?”\"’)])[¹²³⁰⁴-⁹]+|(?<=\b[12]\d\d\d)[¹²³⁰⁴-⁹]+(?!\w)"
)
_PAIRED = lazy_pattern(
    r"(?<![\\=])(?P<mark>==)(?=[^\s=])(?P<a>[^=\n]{1,400}?)(?<=[^\s=])==(?!=)"
    r"|(?<![\\~])~~(?=[^\s~])(?P<b>[^~\n]{1,400}?)(?<=[^\s~])~~(?!~)"
    r"|(?<![\\+\w])\+\+(?=[^\s+])(?P<c>[^+\n]{1,400}?)(?<=[^\s+])\+\+(?![+\w])"
    r"|(?<=\w)~(?P<d>\w{1,8})~(?!~)"
    r"|(?<![\\`])(?P<tick>`{1,3})(?=[^`])(?P<e>[^\n]{1,400}?)(?<=[^`])(?P=tick)(?!`)"
)
_RAISED_PAIR = lazy_pattern(r"(?<=[\w)])\^([\w+-]{1,12})\^(?!\w)")
_MATH = lazy_pattern(r"(?<![\\$\w])(\$\$?)(?=[^\s$])([^$\n]{1,300}?)(?<=[^\s$\\])\1(?![\d$])")
_SHORTCODE = lazy_pattern(r"(?<![\w:]):[a-z][a-z_]{2,30}:(?![\w:])")
_ALERT = lazy_pattern(r"(?<=>)[^\S\n]*\[!\w+\]")
_BB_CODE = lazy_pattern(
    r"\[(/?)(b|i|u|s|url|img|quote|code|size|color|center|list|spoiler)(?:=[^\[\]\n]*)?\]", re.IGNORECASE
)


def strip_markup(text: str) -> str:
    """`text`, as long as before and with the same lines, without what is for the eye only; of a link its words stay."""
    text = _without_code(text)
    for blank in (_COMMENT, _PAGE, _BREAK):
        text = blank.sub(_blank, text)
    if "[" in text:
        text = _without_brackets(text)
    if "<" in text:
        text = _AUTOLINK.sub(lambda found: NOTHING + found[1] + NOTHING, text)
        text = _SUBSCRIPT.sub(lambda found: found[1].center(len(found[0]), NOTHING), text)
        text = _HTML.sub(_gone, _SUPERSCRIPT.sub(_gone, text))
    text = _ENTITY.sub(_character, text)
    text = _MATH.sub(lambda found: NOTHING * len(found[1]) + found[2] + NOTHING * len(found[1]), text)
    text = _RAISED_PAIR.sub(lambda found: _raised(found[1]), text)
    text = _PAIRED.sub(_inside, text)
    return _SHORTCODE.sub(_gone, _RAISED.sub(_gone, text))


def _without_code(text: str) -> str:
    """Without fences, and without what is in those that name a language of programs."""
    pieces, end, code = [], 0, False
    for fence in _FENCE.finditer(text):
        between = text[end : fence.start()]
        pieces += [re.sub(r"[^\n]", " ", between) if code else between, " " * len(fence[0])]
        code = not code and fence["language"].lower() not in _TEXT_LANGUAGES
        end = fence.end()
    return "".join([*pieces, text[end:]])


def _without_brackets(text: str) -> str:
    closed = {tag[2].lower() for tag in _BB_CODE.finditer(text) if tag[1]}
    text = _BB_CODE.sub(lambda tag: _gone(tag) if tag[2].lower() in closed else tag[0], text)
    defined = {found[1].lower() for found in _DEFINITION.finditer(text)}
    text = _DEFINITION.sub(_blank, text)
    text = _ALERT.sub(_gone, text)
    for _ in range(2):  # a picture may be the words of a link
        text = _LINK.sub(_words, text)
    text = _REFERENCE.sub(lambda found: _words(found) if (found[4] or found[2]).lower() in defined else found[0], text)
    text = _WIKI.sub(_wiki, text)
    return _NOTE_MARK.sub(_gone, text)


def without_citations(text: str) -> str:
    """Without the numbers of notes, “[1]” or “[2, 3]”."""
    return _CITED.sub(_gone, text)


def _blank(found: re.Match) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _gone(found: re.Match) -> str:
    return re.sub(r"[^\n]", NOTHING, found[0])


def _words(link: re.Match) -> str:
    if link[1] == "![":  # a picture
        return NOTHING * len(link[0])
    return NOTHING * len(link[1]) + link[2] + NOTHING * len(link[3])


def _wiki(link: re.Match) -> str:
    if link[1][0] == "!":
        return NOTHING * len(link[0])
    begin = link.start(2) - link.start()
    return NOTHING * begin + link[2] + NOTHING * 2


def _character(entity: re.Match) -> str:
    sign = html.unescape(entity[0])
    if sign == entity[0] or "\n" in sign:
        return entity[0]
    if sign in "[]*_<\\":
        sign = "\\" + sign
    elif not sign.isprintable():
        sign = " " if sign.isspace() else ""
    return sign.ljust(len(entity[0]), NOTHING)


def _inside(found: re.Match) -> str:
    kind = next(name for name in ("a", "b", "c", "d", "e") if found[name] is not None)
    inside = found[kind]
    begin = found.start(kind) - found.start()
    return NOTHING * begin + inside + NOTHING * (len(found[0]) - begin - len(inside))


def _raised(inside: str) -> str:
    """“x^2^” as “x^2”, “21^st^” as “21st”."""
    return f"^{inside}{NOTHING}" if inside.lstrip("+-").isdigit() else f"{NOTHING}{inside}{NOTHING}"
