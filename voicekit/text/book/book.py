"""What a book is to those who read it out."""

from collections.abc import Iterable
from dataclasses import dataclass

from voicekit.text.script.marks import NO_MARKS, Marks

HEADING, PARAGRAPH, SCENE = "heading", "paragraph", "scene"

#: So many signs are heard in a second, pauses included, about.
SIGNS_PER_S = 14.0


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, or the place where another scene begins.

    Attributes:
        text: "\\n" ends a line that its author ended; "" of a SCENE.
        kind: HEADING, PARAGRAPH or SCENE.
        marks: how its words are said.
    """

    text: str
    kind: str = PARAGRAPH
    marks: Marks = NO_MARKS


@dataclass(frozen=True)
class Section:
    """What stands below a heading or a line of the table of contents, up to the next one of any level.

    Attributes:
        level: 1 for those that lie in no other, 0 for what stands before the first.
        title: "" where it has none.
        blocks: its own headings among them.
    """

    level: int
    title: str
    blocks: tuple[Block, ...]

    @property
    def n_words(self) -> int:
        """Without its headings."""
        return count_words(block for block in self.blocks if block.kind == PARAGRAPH)


@dataclass(frozen=True)
class Chapter:
    """A chapter: its headings and paragraphs, in the order they are read."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def n_words(self) -> int:
        return count_words(self.blocks)

    @property
    def duration_s(self) -> float:
        """About how long it is to be heard."""
        return sum(len(block.text) for block in self.blocks) / SIGNS_PER_S


@dataclass(frozen=True)
class Book:
    """A book to be read out.

    Attributes:
        title: "" where it says none.
        language: its code, as it says itself; "" where it does not.
        cover: the file of a picture; None where it has none.
        notes: what was left out, guessed or changed, a line each.
    """

    title: str
    authors: tuple[str, ...]
    language: str
    cover: bytes | None
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_words(self) -> int:
        return sum(chapter.n_words for chapter in self.chapters)


def count_words(blocks: Iterable[Block]) -> int:
    """How many words some blocks have."""
    return sum(len(block.text.split()) for block in blocks)
