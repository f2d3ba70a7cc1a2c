"""Final Draft's .fdx as Fountain: its paragraphs say whether they are dialogue, action or the heading of a scene."""

from collections.abc import Mapping
from pathlib import Path

from voicekit.core.documents import read_xml
from voicekit.core.errors import ScriptError
from voicekit.text.documents.paragraphs import Paragraphs

#: What is no part of the script: notes in its margin, its title page, what stands on every page.
_SKIPPED = frozenset(
    ["ScriptNote", "TitlePage", "HeaderAndFooter", "SceneProperties", "Summary", "ElementSettings", "Watermarking"]
)


def read_fdx(data: bytes, path: Path) -> str:
    """A screenplay in Fountain. Raises ScriptError where it is damaged, or no screenplay."""
    script = _Script()
    try:
        read_xml(data, script)
    except ValueError as error:
        raise ScriptError(f"{path} is damaged ({error}); export it again, or as Fountain or plain text") from error
    if not script.is_one:
        raise ScriptError(f"{path} is not a script of Final Draft; export it as .fdx, Fountain or plain text")
    return script.paragraphs.fountain()


class _Script:
    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self.is_one = False
        self._types: list[str] = []
        self._skipped = 0
        self._in_text = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.is_one = self.is_one or tag == "FinalDraft"
        if tag in _SKIPPED or self._skipped:
            self._skipped += 1
        elif tag == "Paragraph":
            self._types.append(attributes.get("Type", "Action").lower())
        elif tag == "Text":
            self._in_text += 1

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag == "Text":
            self._in_text -= 1
        elif tag == "Paragraph" and self._types:
            self.paragraphs.end(self._types.pop())

    def data(self, text: str) -> None:
        if self._in_text and self._types and not self._skipped:
            self.paragraphs.add(text)
