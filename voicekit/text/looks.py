"""What stands in a script for the eye only, as Markdown and HTML have it: comments, line breaks, links, code fences."""

import re

#: Stands in a text for a sign that is not to be read.
NOTHING = "\ue000"

_COMMENT = re.compile(r"(?<!\\)<!--(?:(?!<!--).)*?-->", re.DOTALL)
_FENCE = re.compile(r"^[^\S\n]*(?:`{3,}|~{3,})[\w-]*[^\S\n]*$", re.MULTILINE)
_BREAK = re.compile(r"(?<!\\)<br\s*/?>", re.IGNORECASE)
# An address has a "/", "#", "." or ":", so that "[calm](softly)" is no link.
_LINK = re.compile(r"(?<!\\)(!?\[)([^\[\]\n]+)(\]\([^()\s]*[/#.:][^()\s]*(?:\s+\"[^\"\n]*\")?\))")


def without_looks(text: str) -> str:
    """`text`, as long as before and with the same lines, without what is for the eye only; of a link its words stay."""
    for blank in (_COMMENT, _FENCE, _BREAK):
        text = blank.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return _LINK.sub(_words, text)


def _words(link: re.Match) -> str:
    if link[1] == "![":  # a picture
        return NOTHING * len(link[0])
    return NOTHING * len(link[1]) + link[2] + NOTHING * len(link[3])
