"""What of a book nobody reads out: contents, imprint, notes, index; known by what it is called, and by what it says."""

import re
from collections.abc import Iterable

from voicekit.core.patterns import lazy_pattern
from voicekit.text.book.book import Block

#: What a person calls it → the types of EPUB 3, and those of the guide of EPUB 2, as both write them.
_TYPES = {
    "the cover": "cover coverpage",
    "the title page": "titlepage title-page halftitlepage halftitle",
    "the imprint": "copyright-page copyrightpage colophon imprint",
    "the table of contents": "toc landmarks loi lot loa lov",
    "notes": "footnotes endnotes rearnotes notes",
    "the index": "index",
    "the bibliography": "bibliography",
}
_KINDS = {kind: name for name, kinds in _TYPES.items() for kind in kinds.split()}
#: The same by their titles, in several languages.
_TITLES = {
    "the cover": "cover|umschlag|couverture|cubierta|copertina|omslag",
    "the title page": "(?:half )?title ?page|titelseite|titelblatt|page de titre|portada|frontespizio",
    "the imprint": "copyright(?: page| notice| information)?|imprint|impressum|colophon|colofon|mentions légales|"
    "créditos|crédits|legal notice|full project gutenberg license|the full project gutenberg license",
    "the table of contents": "(?:table of )?contents|inhalt|inhaltsverzeichnis|table des matières|sommaire|índice|indice|"
    "sumário|inhoud|inhoudsopgave|(?:list of )?(?:illustrations|figures|tables|maps)",
    "notes": "notes|footnotes|endnotes|fußnoten|anmerkungen|endnoten|notes de bas de page|notas|note",
    "the index": "index|register|sachregister|stichwortverzeichnis",
    "the bibliography": "bibliography|works cited|references|literatur|literaturverzeichnis|bibliographie|bibliografía|"
    "bibliografia",
    "advertisements": "also by .{1,80}|(?:other )?books by .{1,80}|by the same author|about the publisher|"
    "auch von .{1,80}|weitere bücher.{0,80}",
}
_PATTERNS = {name: lazy_pattern(pattern) for name, pattern in _TITLES.items()}
#: An imprint says at least two of these, in a few words.
_OF_AN_IMPRINT = tuple(
    lazy_pattern(pattern, re.IGNORECASE)
    for pattern in (
        r"©|\(c\) ?\d{4}|\bcopyright\b",
        r"all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|tutti i diritti",
        r"\bisbn\b",
        r"library of congress|deutsche nationalbibliothek|british library",
        r"\bfirst (?:published|edition|printing)\b|\b1\. auflage\b|\bpublished by\b",
        r"no part of this (?:book|publication)|work of fiction",
    )
)
#: It has no more signs.
_LONGEST_IMPRINT = 3_500
_GUTENBERG = lazy_pattern(r"\*{3}\s?(START|END) OF (?:THE|THIS) PROJECT GUTENBERG[^\n]{0,200}", re.IGNORECASE)


def matter_of(kinds: Iterable[str]) -> str:
    """What a page of these types is called, where nobody reads it out; else ""."""
    return next((_KINDS[kind] for kind in kinds if kind in _KINDS), "")


def matter_called(title: str) -> str:
    """What a section of this title is called, where nobody reads it out; else ""."""
    plain = " ".join(title.casefold().strip(" .:*_[]").split())
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(plain)), "")


def is_imprint(blocks: Iterable[Block]) -> bool:
    """Whether a page says who published it, and that one may not copy it, and nothing else."""
    texts = [block.text for block in blocks]
    if sum(map(len, texts)) > _LONGEST_IMPRINT:
        return False
    text = "\n".join(texts)
    return sum(one.search(text) is not None for one in _OF_AN_IMPRINT) >= 2


def within_gutenberg(blocks: list[Block]) -> tuple[int, int]:
    """The first block of the book and the one after its last, without what Project Gutenberg says around it."""
    begin, end = 0, len(blocks)
    for number, block in enumerate(blocks):
        if "GUTENBERG" in block.text.upper() and (found := _GUTENBERG.search(block.text)):
            if found[1].upper() == "START":
                begin = number + 1
            else:
                return begin, number
    return begin, end
