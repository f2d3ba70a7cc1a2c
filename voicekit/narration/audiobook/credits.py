"""What is said before a book and after it."""

from voicekit.text.book.book import HEADING, Block, Chapter
from voicekit.text.language_names import short_code

#: Language → how the title is followed by who wrote and who reads it, how the book ends, and the names of the two tracks.
_WORDS = {
    "en": ("Written by {}.", "Narrated by {}.", "The end.", "Opening Credits", "Closing Credits"),
    "de": ("Von {}.", "Gelesen von {}.", "Ende.", "Vorspann", "Abspann"),
    "fr": ("De {}.", "Lu par {}.", "Fin.", "Générique de début", "Générique de fin"),
    "es": ("De {}.", "Narrado por {}.", "Fin.", "Créditos iniciales", "Créditos finales"),
    "it": ("Di {}.", "Letto da {}.", "Fine.", "Titoli di testa", "Titoli di coda"),
    "pt": ("De {}.", "Narrado por {}.", "Fim.", "Créditos iniciais", "Créditos finais"),
    "nl": ("Door {}.", "Voorgelezen door {}.", "Einde.", "Begintitels", "Aftiteling"),
}
#: In other languages the names alone are said.
_OTHERS = ("{}.", "{}.", "", "Opening Credits", "Closing Credits")
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en"}


def with_credits(
    chapters: tuple[Chapter, ...], title: str, authors: tuple[str, ...], narrator: str, language: str
) -> tuple[Chapter, ...]:
    """The chapters between what is said before and after the book, in the voice's language; without a title, as they are."""
    if not title:
        return chapters
    code = short_code(language)
    by, read_by, end, opening, closing = _WORDS.get(code, _OTHERS)
    said = [Block(f"{title}." if title[-1:].isalnum() else title, HEADING)]
    said += [Block(by.format(_listed(authors, code)))] if authors else []
    said += [Block(read_by.format(narrator))] if narrator else []
    after = [Block(end, HEADING)] if end else []
    return (Chapter(opening, tuple(said)), *chapters, Chapter(closing, (*after, *said)))


def _listed(names: tuple[str, ...], code: str) -> str:
    return ", ".join([*names[:-2], f" {_AND.get(code, '&')} ".join(names[-2:])])
