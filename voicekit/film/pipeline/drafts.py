"""The storyboard of a film on its way: drafted by a stage, edited by a person, and neither lost."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import ConfigError
from voicekit.core.files import write_text
from voicekit.text.read import Note, read_text, unheard


@dataclass(frozen=True)
class Drafts:
    """The texts in the folder of a film.

    Attributes:
        folder: of the film: storyboard.md is for people, what lies in words/ is for stages.
        source: the brief or storyboard that the film is of.
    """

    folder: Path
    source: Path

    @property
    def shown(self) -> Path:
        return self.folder / "storyboard.md"

    @property
    def is_source(self) -> bool:
        """Whether the film is made of its folder's own storyboard."""
        return self.shown.exists() and self.source.exists() and self.shown.samefile(self.source)

    def edited(self, note: Note) -> str | None:
        """The storyboard as a person has changed it since it was drafted; None where nobody has.

        Args:
            note: is told what was guessed in reading it.

        Raises:
            ConfigError: somebody has, and it was drafted from another source.
        """
        if self.is_source or not self.shown.is_file():
            return None
        text, draft = read_text(self.shown, note), self._draft()
        if text == draft.get("text"):
            return None
        if draft.get("source", str(self.source.resolve())) != str(self.source.resolve()):
            raise ConfigError(
                f"{self.shown} was made from {draft['source']} and edited since; choose another name for the film of "
                f"{self.source} with -o, or delete that storyboard"
            )
        return text

    def draft(self, text: str) -> None:
        """Shows people what a stage has written; it is theirs from then on."""
        if self.is_source or (self.shown.is_file() and text == read_text(self.shown, unheard) == self._draft().get("text")):
            return
        # First what is remembered: a run that is killed in between leaves a storyboard that counts as edited, and is kept.
        write_text(self._memory, json.dumps({"source": str(self.source.resolve()), "text": text}, ensure_ascii=False))
        write_text(self.shown, text)

    def kept(self, name: str, text: str) -> Path:
        """A text for a stage, as a file; written only where it is another one."""
        path = self.folder / "words" / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_text(path, text)
        return path

    @property
    def _memory(self) -> Path:
        return self.folder / "words" / "draft.json"

    def _draft(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            found = read_document(self._memory, parse_json, most_bytes=1 << 28)
            if isinstance(found, dict):
                return found
        return {}
