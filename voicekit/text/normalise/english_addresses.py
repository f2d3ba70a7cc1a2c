"""Web and e-mail addresses and names of files, as people say them: "info at example dot com"."""

import re

from voicekit.text.normalise.rules import any_of, rule

_SIGNS = {".": " dot ", "/": " slash ", "@": " at ", "-": " dash ", "_": " underscore ", "+": " plus ", "=": " equals ",
          "&": " and ", "%": " percent ", "~": " tilde ", ":": " colon ", "?": ", ", "#": ", "}  # fmt: skip
#: Endings that are spelt letter by letter; the others are read as words.
_SPELLED = ("uk", "de", "fr", "eu", "us", "ai", "io", "tv", "py", "js", "md", "html", "php", "pdf", "txt", "mp", "csv")
_ENDINGS = ("com", "org", "net", "edu", "gov", "info", "co", "dev", "app", *_SPELLED)
_PATH = r"(?:/[^\s,;)\]\"]*[\w/]|/)?"


def _say(match: re.Match) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0]).rstrip("/")
    said = "".join(_SIGNS.get(sign, sign) for sign in bare)
    said = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", said)
    return re.sub(rf"(?<=dot )(?:{any_of(_SPELLED)})\b", lambda m: " ".join(m[0].upper()), said)


RULES = (
    rule(rf"(?:https?://|www\.)[^\s,;)\]\"/]*\w{_PATH}", _say),
    rule(r"\b[\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,8}", _say),
    rule(rf"\b(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}(?:{any_of(_ENDINGS)})\b(?!\.\w){_PATH}", _say),
    rule(r"(?<=[a-z0-9])\.(?=[a-z]{2,}\b)", " dot "),
)
