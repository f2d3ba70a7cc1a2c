"""Caches speech by its content: the same words in the same voice at the same pace are spoken once."""

import io
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import VoicekitError
from voicekit.core.files import atomic, check_writable, digest, write_text
from voicekit.core.reporter import Reporter
from voicekit.speech.engine import Speech, Word
from voicekit.text.script.marks import NO_MARKS, Marks

#: Raise this when the stored data changes.
_VERSION = 2
#: So many takes there were of a cue with a fault, before they were counted.
_TAKES_BEFORE = 3


#: Names another folder for the cache.
VARIABLE = "VOICEKIT_CACHE"


def default_folder() -> Path:
    """`$VOICEKIT_CACHE`, or ~/.cache/voicekit/speech.

    Raises:
        VoicekitError: the user has no home.
    """
    try:
        return Path(os.environ.get(VARIABLE) or Path.home() / ".cache" / "voicekit" / "speech")
    except RuntimeError as error:
        raise VoicekitError("this user has no home folder") from error


@contextmanager
def writable(folder: Path | None, reporter: Reporter) -> Iterator[Path]:
    """`folder`, or the default one; where nothing can be written there, a temporary one, and the person is told that nothing
    is kept."""
    try:
        folder = folder or default_folder()
        check_writable(folder / "entry")
    except VoicekitError as error:
        reason = str(error).replace(f"{folder}{os.sep}entry", str(folder))
        reporter.note(f"speech is not kept for the next time; name another folder in {VARIABLE}: {reason}")
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)
    else:
        yield folder


@dataclass(frozen=True)
class Entry:
    """A spoken cue.

    Attributes:
        seed: the take it is; others of the same text have other seeds.
        faults: what was misheard in it, for people; None where nobody listened.
        takes: how many there have been of the text; the next has this seed. 0 where this one was only tried out.
    """

    speech: Speech
    seed: int = 0
    faults: str | None = None
    takes: int = 1


@dataclass(frozen=True)
class Key:
    """What a cue is known by: the same is never spoken twice."""

    text: str
    marks: Marks
    pace: float
    fingerprint: str

    @property
    def digest(self) -> str:
        marks = repr(self.marks) if self.marks != NO_MARKS else ""
        told = [_VERSION, self.text, marks, f"{self.pace:.3f}", self.fingerprint]
        return digest(json.dumps(told))


@dataclass(frozen=True)
class SpeechCache:
    """A folder of spoken cues: KEY.flac, and KEY.json with the times of the words.

    An entry that is damaged counts as none.
    """

    folder: Path

    def get(self, key: Key) -> Entry | None:
        sound, about = self._paths(key)
        try:
            entry = read_document(about, parse_json, most_bytes=1 << 24)
            data = sound.read_bytes()
            if zlib.crc32(data) != entry["crc32"]:
                return None
            words = tuple(Word(str(w["text"]), float(w["start_s"]), float(w["end_s"])) for w in entry["words"])
            if not isinstance(entry["faults"], str | None):
                return None
            takes = int(entry.get("takes", entry["seed"] + (_TAKES_BEFORE if entry["faults"] else 1)))
            return Entry(_decode(data, words), int(entry["seed"]), entry["faults"], takes)
        except (OSError, ValueError, LookupError, TypeError, RuntimeError):  # soundfile's error is a RuntimeError
            return None

    def has(self, key: Key) -> bool:
        """Whether there is an entry, whole or damaged: quicker to know than `get`."""
        return all(path.is_file() for path in self._paths(key))

    def put(self, key: Key, entry: Entry) -> Entry:
        """Stores `entry` and returns it as it will be read again.

        Raises:
            VoicekitError: the folder cannot be written to, the disk is full.
        """
        import soundfile

        sound, about = self._paths(key)
        speech = entry.speech
        buffer = io.BytesIO()
        soundfile.write(buffer, np.clip(speech.waveform, -1, 1), speech.sample_rate, format="FLAC", subtype="PCM_24")
        data = buffer.getvalue()
        with atomic(sound) as partial:
            partial.write_bytes(data)
        known = {
            "text": key.text,
            "pace": key.pace,
            "seed": entry.seed,
            "faults": entry.faults,
            "takes": entry.takes,
            "crc32": zlib.crc32(data),
            "words": [asdict(word) for word in speech.words],
        }
        write_text(about, json.dumps(known, ensure_ascii=False))
        return replace(entry, speech=_decode(data, speech.words))

    def _paths(self, key: Key) -> tuple[Path, Path]:
        return self.folder / f"{key.digest}.flac", self.folder / f"{key.digest}.json"


def _decode(data: bytes, words: tuple[Word, ...]) -> Speech:
    import soundfile

    waveform, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return Speech(waveform, sample_rate, words)
