"""The storyboard of a film on its way: drafted by a stage, edited by a person, and neither lost."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import ConfigError, ScriptError
from voicekit.core.files import place_in, write_text
from voicekit.text.read import Note, read_text, unheard
from voicekit.text.script.storyboard import Scene, Storyboard

#: Names of a script or storyboard in a folder of pictures, in the order of preference.
_SCRIPTS = ("storyboard.md", "script.md", "script.txt", "brief.txt")


def source_of(source: Path) -> tuple[Path, Path | None]:
    """The brief or storyboard that `source` is or holds, and the folder of pictures if it is one.

    Raises:
        ScriptError: there is none.
    """
    if not source.is_dir():
        return source, None
    for name in _SCRIPTS:
        if (source / name).is_file():
            return source / name, source
    raise ScriptError(f"{source} holds no {' or '.join(_SCRIPTS)}; put your text beside the pictures")


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
        if draft.get("source", self._place) not in (self._place, str(self.source.resolve())):  # the latter before 0.3
            raise ConfigError(
                f"{self.shown} was made from another file than {self.source} and edited since; choose another name for this "
                "film with -o, or delete that storyboard"
            )
        return text

    def draft(self, board: Storyboard, of_voice: frozenset[int], voice: str, note: Note) -> None:
        """Shows people what a stage has written; it is theirs from then on.

        Args:
            board: in which each scene has its length.
            of_voice: the places of the scenes, from 0, that are as long as the voice needs.
            voice: its fingerprint; "" for none.
            note: is told where that is another one than the storyboard was written for.
        """
        text, draft = board.to_markdown(), self._draft()
        scenes = [_key(scene) for n, scene in enumerate(board.scenes) if n in of_voice]
        memory = {"source": self._place, "text": text, "voice": voice, "of_voice": scenes}
        shown = read_text(self.shown, unheard) if self.shown.is_file() else None
        if text == shown and draft == memory:
            return
        if shown not in (None, text) and draft.get("voice", voice) != voice:
            note(f"{self.shown} was written for another voice or lexicon; its clips are now as long as this one needs")
        # First what is remembered: a run that is killed in between leaves a storyboard that counts as edited, and is kept.
        write_text(self._memory, json.dumps(memory, ensure_ascii=False))
        if text != shown:
            write_text(self.shown, text)

    def given_s(self, board: Storyboard, voice: str, note: Note) -> list[float | None]:
        """How long each scene is to be by what a person wrote; None where a voice tells, also one that it was not before.

        Args:
            note: is told where that is so.
        """
        given_s, draft = lengths_s(board), self._draft()
        if draft.get("voice", voice) == voice:
            return given_s
        known = [key for key in draft.get("of_voice", ()) if isinstance(key, list)]
        old = {n for n, scene in enumerate(board.scenes) if _is_known(scene, known)}
        if old:
            note(
                f"{self.shown} was written for another voice or lexicon: {len(old)} of its {len(given_s)} clips are as long "
                "as this one needs; what you edited stays"
            )
        return [None if n in old else seconds for n, seconds in enumerate(given_s)]

    def kept(self, name: str, text: str) -> Path:
        """A text for a stage, as a file; written only where it is another one."""
        path = self.folder / "words" / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_text(path, text)
        return path

    @property
    def _place(self) -> str:
        return place_in(self.folder, self.source)

    @property
    def _memory(self) -> Path:
        return self.folder / "words" / "draft.json"

    def _draft(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            found = read_document(self._memory, parse_json, most_bytes=1 << 28)
            if isinstance(found, dict):
                return found
        return {}


def lengths_s(board: Storyboard) -> list[float | None]:
    """Of the scenes, as their headings say."""
    return [scene.clip.duration_s for scene in board.scenes]


def _key(scene: Scene) -> list[Any]:
    """What a scene is known by when it has been edited, and its length."""
    return [scene.clip.title, scene.narration, scene.clip.duration_s]


def _is_known(scene: Scene, known: Iterable[list[Any]]) -> bool:
    """Whether a scene has its length still, and its title or its narration."""
    title, narration, seconds = _key(scene)
    return any(
        len(key) == 3 and key[2] == seconds and (key[0] == title or (narration and key[1] == narration)) for key in known
    )
