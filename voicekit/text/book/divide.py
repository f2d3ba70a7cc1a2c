"""Sections become chapters: those at the top, and those of parts that are no more than a heading."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from voicekit.text.book.book import HEADING, Block, Chapter, Section

#: A part with fewer words of its own is no more than its heading, and perhaps a motto.
_BARE_WORDS = 30
#: What is called so in the list of chapters has no heading.
_UNTITLED = "Beginning"
#: In signs; players show fewer.
_LONGEST_TITLE = 200
#: A longer paragraph is no heading that was set as a paragraph.
_LONGEST_HEADING = 120


def by_headings(blocks: Sequence[Block], levels: Sequence[int]) -> list[Section]:
    """Sections of a text, each below one of its headings; headings that follow one another stand above the same one.

    Args:
        levels: of each block, how deep a heading it is; 0 of what is none.
    """
    starts = [index for index, level in enumerate(levels) if level]
    edges = [0, *starts, len(blocks)] if starts[:1] != [0] else [*starts, len(blocks)]
    return [
        Section(levels[begin], " ".join(blocks[begin].text.split()) if levels[begin] else "", tuple(blocks[begin:end]))
        for begin, end in pairwise(edges)
        if begin < end
    ]


def chapters_of(sections: Sequence[Section]) -> tuple[list[Chapter], list[str]]:
    """The chapters that sections make, and the titles of those that are left out, having no word.

    Sections below the level of chapters stay in theirs. The heading of a part goes to the first of its chapters.
    """
    deepest = _level_of_chapters(sections)
    chapters: list[Chapter] = []
    empty: list[str] = []
    part: Section | None = None
    for number, section in enumerate(map(headed, sections)):
        inside = n_inside(sections, number) if section.n_words < _BARE_WORDS and section.level <= deepest else 0
        if section.level > deepest and chapters and not part:
            chapters[-1] = replace(chapters[-1], blocks=(*chapters[-1].blocks, *section.blocks))
        elif inside:
            whole = part.title if part and inside == 1 else ""
            part = Section(section.level, _joined(whole, section.title), (*(part.blocks if part else ()), *section.blocks))
            if inside > 1 and section.level < deepest:
                part = replace(part, title="")
        elif section.n_words:
            title = _joined(part.title if part else "", section.title) or _first_heading(section)
            title = title or (f"{len(chapters) + 1}" if chapters else _UNTITLED)
            chapters.append(Chapter(title[:_LONGEST_TITLE], (*(part.blocks if part else ()), *section.blocks)))
            part = None
        elif section.title:
            empty.append(section.title)
    return chapters, empty


def n_inside(sections: Sequence[Section], number: int) -> int:
    """How many sections lie in one, at any depth."""
    after = number + 1
    while after < len(sections) and sections[after].level > sections[number].level:
        after += 1
    return after - number - 1


def _joined(before: str, title: str) -> str:
    return f"{before}: {title}" if before and title else before or title


def _first_heading(section: Section) -> str:
    return next((" ".join(block.text.split()) for block in section.blocks if block.kind == HEADING), "")


def _level_of_chapters(sections: Sequence[Section]) -> int:
    levels = sorted({section.level for section in sections if section.level})
    for level in levels[:-1]:
        parents = [one for one, after in pairwise(sections) if one.level == level and after.level > level]
        bare = sum(one.n_words < _BARE_WORDS for one in parents)
        if 2 * bare <= len(parents) or not parents:
            return level
    return levels[-1] if levels else 0


def headed(section: Section) -> Section:
    """The section with its title as a heading where none stands at its beginning."""
    if not section.title:
        return section
    blocks = list(section.blocks)
    first = next((index for index, block in enumerate(blocks) if block.text), None)
    if first is None:
        return replace(section, blocks=(Block(section.title, HEADING),))
    for index in range(first, min(first + 3, len(blocks))):
        if blocks[index].kind == HEADING:
            return section
        if not _is_part_of(blocks[index].text, section.title):
            break
        blocks[index] = replace(blocks[index], kind=HEADING)  # set as a paragraph: “Chapter 1”
    if blocks[first].kind == HEADING:
        return replace(section, blocks=tuple(blocks))
    return replace(section, blocks=(*blocks[:first], Block(section.title, HEADING), *blocks[first:]))


def _is_part_of(text: str, title: str) -> bool:
    """Whether a paragraph is the title or one end of it, or goes on with it as headings do: “Chapter 1: The Road”."""
    said, wanted = (re.findall(r"\w+", one.casefold()) for one in (text, title))
    if not said or len(text) > _LONGEST_HEADING:
        return False
    goes_on = len(wanted) > 1 and said[: len(wanted)] == wanted and text[-1:] not in '.!?…”"'
    return said in (wanted[: len(said)], wanted[-len(said) :]) or goes_on
