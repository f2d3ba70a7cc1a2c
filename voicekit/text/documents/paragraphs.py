"""What the documents of all programs are made of: paragraphs, headings and tables; as text."""

from dataclasses import dataclass, field

#: The most of its paragraphs that may be empty where blank lines do not part them.
_FEW_EMPTY = 0.15
#: A screenplay's paragraphs by the names of their styles, and what stands in front of them in Fountain.
_FOUNTAIN = {
    "scene heading": ".", "shot": ".", "action": "!", "general": "!", "character": "@", "dialogue": "", "parenthetical": "",
    "transition": "> ", "lyrics": "~", "singing": "~", "cast list": "# ", "new act": "# ", "end of act": "# ", "act": "# ",
}  # fmt: skip
#: The style of a line across the page, or of a row of stars: what follows is another scene.
BREAK = "***"
_IN_SPEECH = ("dialogue", "parenthetical", "lyrics", "singing")


@dataclass
class Paragraphs:
    """A document, as it is read from its beginning to its end.

    Attributes:
        written: (style, words) of each paragraph; the style of a heading is "#", "##" …, of a line of a table "|", of
            a line across the page BREAK.
    """

    written: list[tuple[str, str]] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _rows: list[list[list[str]]] = field(default_factory=list)
    _tables: int = 0

    def add(self, words: str) -> None:
        """Words of the paragraph that is open."""
        self._words.append(words)

    def end(self, style: str = "") -> None:
        """Ends the paragraph that is open."""
        lines = [line.strip() for line in "".join(self._words).replace("\u00a0", " ").split("\n")]
        words = "\n".join(lines).strip("\n")
        self._words.clear()
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(words)
        elif not self._tables or words:
            self.written.append((style, words))

    def end_if_any(self, style: str = "") -> None:
        """As `end`, but no paragraph is empty."""
        if "".join(self._words).strip(" \t\n-"):
            self.end(style)
        else:
            self._words.clear()

    def drop(self) -> None:
        """Leaves out the paragraph that is open."""
        self._words.clear()

    def rule(self) -> None:
        """A line across the page."""
        if not self._tables:
            self.written.append((BREAK, ""))

    def begin_table(self) -> None:
        """A table begins; one inside another one is part of its cell."""
        self._tables += 1

    def begin_row(self) -> None:
        """A row of the table begins."""
        if self._tables == 1:
            self._rows.append([])

    def begin_cell(self) -> None:
        """A cell of the row begins."""
        if self._tables == 1 and self._rows:
            self._rows[-1].append([])

    def end_table(self) -> None:
        """The table is over; one of a single column is paragraphs."""
        self._tables = max(self._tables - 1, 0)
        if self._tables:
            return
        rows = [[" ".join(filter(None, cell)).replace("\n", " ").replace("|", "\\|") for cell in row] for row in self._rows]
        self._rows.clear()
        width = max(map(len, rows), default=0)
        if width < 2:
            self.written += [("", cell) for row in rows for cell in row]
            return
        for number, row in enumerate(rows):
            self.written.append(("|", f"| {' | '.join([*row, *[''] * (width - len(row))])} |"))
            if number == 0:
                self.written.append(("|", "|---" * width + "|"))

    def text(self) -> str:
        """The document as text."""
        styles = {style for style, _ in self.written}
        if "dialogue" in styles and "character" in styles:
            return self.fountain()
        written = [(style, words) for style, words in self.written if style != BREAK]
        n_empty = sum(not words for _, words in written)
        # Who parts cues with empty paragraphs means one line by each of the others.
        by_lines = n_empty > _FEW_EMPTY * (len(written) - n_empty)
        pieces: list[str] = []
        before = ""
        for style, words in written:
            if pieces:
                pieces.append("\n" if (by_lines and not (style or before)) or (style == before == "|") else "\n\n")
            pieces.append(f"{style} {words}" if style.startswith("#") else words)
            before = style if style == "|" or style.startswith("#") else ""
        return "".join(pieces)

    def fountain(self) -> str:
        """The screenplay whose elements are the styles of the paragraphs, in Fountain."""
        pieces: list[str] = []
        for style, words in self.written:
            words = " ".join(words.split())
            if words:
                mark = _FOUNTAIN.get(style, "!")
                if style == "parenthetical":
                    words = f"({words.strip('()')})"
                pieces.append(("\n" if style in _IN_SPEECH else "\n\n") + mark + words)
        return "".join(pieces).strip("\n")
