"""faster_whisper, as far as voicekit calls it, without a network in it; and weights that are none."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np

SETTING = "VOICEKIT_ASR_MODEL"
ENGLISH, MULTILINGUAL = 51_864, 51_865


def weights(folder: Path, vocabulary: int = ENGLISH) -> Path:
    """A folder that looks as those of faster-whisper do."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "vocabulary.json").write_text(json.dumps([str(n) for n in range(vocabulary)]))
    return folder


class FakeWhisper:
    """Hears what it is told to hear.

    Attributes:
        heard: the texts of the next decodings; the last one stays.
        score, no_speech: what the model thinks of them.
        likely: words that are in the sound; others are not.
        loaded, decoded: folders that were loaded, and the options of each decoding.
        encoded: lengths of what was encoded, in frames.
        damaged: what loading fails with.
        language: what it hears of all, and how probably; None for a model of English alone.
    """

    def __init__(self, *heard: str) -> None:
        self.heard, self.score, self.no_speech, self.damaged = list(heard) or [""], -0.2, 0.0, None
        self.likely: set[str] = set()
        self.loaded, self.decoded, self.encoded = [], [], []
        self.language: tuple[str, float] | None = None

    def __call__(self, folder, **how):
        """Loads it: `faster_whisper.WhisperModel(folder, …)`."""
        if self.damaged:
            raise self.damaged
        self.loaded.append(folder)
        inner = SimpleNamespace(is_multilingual=self.language is not None, generate=self._generate, align=self._align)
        return SimpleNamespace(
            model=inner, max_length=448, hf_tokenizer=None, encode=self._encode, transcribe=self._transcribe,
            feature_extractor=lambda samples: np.zeros((80, 1 + len(samples) // 160), np.float32),
            detect_language=lambda samples: (*self.language, []),
            get_prompt=lambda tokenizer, previous, without_timestamps: [1, 2],
        )  # fmt: skip

    def _next(self) -> str:
        return self.heard.pop(0) if len(self.heard) > 1 else self.heard[0]

    def _encode(self, features):
        self.encoded.append(features.shape[1])
        return features

    def _generate(self, encoded, prompts, **options):
        self.decoded.append(options)
        tokens = [ord(letter) for letter in self._next()]
        return [SimpleNamespace(scores=[self.score], no_speech_prob=self.no_speech, sequences_ids=[tokens])]

    def _align(self, encoded, start, texts, n_frames):
        words = "".join(map(chr, texts[0])).split()
        return [SimpleNamespace(text_token_probs=[0.9 if word in self.likely else 0.0 for word in words])]

    def _transcribe(self, samples, **options):
        self.decoded.append(options)
        return [SimpleNamespace(text=text) for text in self.heard], None


def install(monkeypatch, model: FakeWhisper, cached: dict[str, Path] | None = None) -> FakeWhisper:
    """Puts it where faster_whisper is; `cached` is what its own cache holds, a folder by the model's name."""

    def download_model(name, local_files_only):
        assert local_files_only, "nothing is ever downloaded unasked"
        return str((cached or {})[name])

    class Tokenizer:
        sot_sequence = (0,)

        def __init__(self, tokenizer, multilingual, task, language):
            pass

        def encode(self, text):
            return [ord(letter) for letter in text]

        def decode(self, tokens):
            return "".join(map(chr, tokens))

    for name, content in {
        "faster_whisper": {"WhisperModel": model},
        "faster_whisper.utils": {"download_model": download_model},
        "faster_whisper.tokenizer": {"Tokenizer": Tokenizer},
        "ctranslate2": {"get_cuda_device_count": lambda: 0},
    }.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delenv(SETTING, raising=False)
    return model
