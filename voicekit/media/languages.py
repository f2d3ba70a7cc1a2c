"""What tracks call their language: three letters, ISO 639-2."""

_PAIRS = (
    "ar:ara bg:bul bn:ben ca:cat cs:ces cy:cym da:dan de:deu el:ell en:eng es:spa et:est eu:eus fa:fas fi:fin fr:fra "
    "ga:gle gl:glg he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat ko:kor lt:lit lv:lav mk:mkd "
    "ms:msa nb:nob nl:nld nn:nno no:nor pl:pol pt:por ro:ron ru:rus sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam "
    "te:tel th:tha tr:tur uk:ukr ur:urd vi:vie zh:zho"
)
_OF_TWO_LETTERS = dict(pair.split(":") for pair in _PAIRS.split())
#: MOV files name some languages in their own way.
_QUICKTIME = {"deu": "ger", "nld": "dut", "swe": "sve", "ell": "gre", "isl": "ice", "zho": "chi", "sqi": "alb"}
_QUICKTIME |= {"mkd": "mac", "hye": "arm", "kat": "geo", "msa": "may", "cym": "wel", "eus": "baq"}


def track_language(language: str, container: str = "") -> str:
    """The tag of a language given as "eng", "en" or "en-us"; "und" of one that is not known.

    Args:
        container: FFmpeg's name of it.
    """
    name = language.lower().replace("_", "-").split("-")[0]
    if not (name.isascii() and name.isalpha() and len(name) == 3):
        name = _OF_TWO_LETTERS.get(name, "und")
    return _QUICKTIME.get(name, name) if container == "mov" else name
