"""Speech kept by what was said: the same words in the same voice at the same pace are spoken once."""

import hashlib
import io
import json
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from voicekit.engines.base import Speech, Word
from voicekit.files import atomic, write_text

#: Goes up when what is stored changes.
_VERSION = 1


def default_folder() -> Path:
    """`$VOICEKIT_CACHE`, or ~/.cache/voicekit/speech."""
    return Path(os.environ.get("VOICEKIT_CACHE") or Path.home() / ".cache" / "voicekit" / "speech")


@dataclass(frozen=True)
class SpeechCache:
    """A folder of spoken cues: KEY.flac, and KEY.json with the times of the words.

    An entry that is damaged counts as none.
    """

    folder: Path

    def get(self, text: str, pace: float, fingerprint: str) -> Speech | None:
        sound, about = self._paths(text, pace, fingerprint)
        try:
            entry = json.loads(about.read_text(encoding="utf-8"))
            data = sound.read_bytes()
            if zlib.crc32(data) != entry["crc32"]:
                return None
            words = tuple(Word(**word) for word in entry["words"])
            return _decode(data, words)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # soundfile's error is a RuntimeError
            return None

    def put(self, text: str, pace: float, fingerprint: str, speech: Speech) -> Speech:
        """Stores `speech` and returns it as it will be read again.

        Raises:
            VoicekitError: the folder cannot be written to, the disk is full.
        """
        import soundfile

        sound, about = self._paths(text, pace, fingerprint)
        buffer = io.BytesIO()
        soundfile.write(buffer, np.clip(speech.waveform, -1, 1), speech.sample_rate, format="FLAC", subtype="PCM_24")
        data = buffer.getvalue()
        with atomic(sound) as partial:
            partial.write_bytes(data)
        entry = {"text": text, "pace": pace, "crc32": zlib.crc32(data), "words": [asdict(w) for w in speech.words]}
        write_text(about, json.dumps(entry, ensure_ascii=False))
        return _decode(data, speech.words)

    def _paths(self, text: str, pace: float, fingerprint: str) -> tuple[Path, Path]:
        key = hashlib.sha256(json.dumps([_VERSION, text, f"{pace:.3f}", fingerprint]).encode()).hexdigest()[:32]
        return self.folder / f"{key}.flac", self.folder / f"{key}.json"


def _decode(data: bytes, words: tuple[Word, ...]) -> Speech:
    import soundfile

    waveform, sample_rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return Speech(waveform, sample_rate, words)
