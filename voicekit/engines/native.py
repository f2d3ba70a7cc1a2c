"""Our own engine: phones → acoustic model → vocoder, a sentence at a time."""

import hashlib
import re
from pathlib import Path

import numpy as np
import torch

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.engines.base import Speech, Word
from voicekit.errors import ScriptError
from voicekit.model.acoustic import AcousticModel
from voicekit.model.checkpoint import VoiceInfo, load_voice
from voicekit.model.vocoder import Vocoder
from voicekit.text.arpabet import nearest_arpabet
from voicekit.text.phonemise import BOUNDARIES, Phonemes, phonemise, split_sentences

#: Between two sentences, beside what the voice itself is silent at their ends.
SENTENCE_PAUSE_S = 0.3
#: Longer sentences are spoken clause by clause: memory stays bounded and no network meets what it never learned.
MAX_CHARACTERS = 220


class NativeEngine:
    """A voice trained by voicekit. See engines.base.Engine."""

    sample_rate = SAMPLE_RATE

    def __init__(self, info: VoiceInfo, acoustic: AcousticModel, vocoder: Vocoder, device: str = "cpu") -> None:
        self.info = info
        self.device = torch.device(device)
        self.acoustic = acoustic.to(self.device).eval()
        self.vocoder = vocoder.to(self.device).eval()
        self.fingerprint = _fingerprint(info, acoustic, vocoder)
        self._ids = {symbol: index for index, symbol in enumerate(info.symbols)}

    def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        pause = np.zeros(round(SENTENCE_PAUSE_S / pace * SAMPLE_RATE), dtype=np.float32)
        pieces, words, samples = [], [], 0
        for sentence in _sentences(text):
            if not re.search(r"\w", sentence):
                continue
            if pieces:
                pieces.append(pause)
                samples += len(pause)
            phonemes = phonemise(sentence, self.info.language)
            waveform, durations = self._speak(phonemes, pace)
            edges = np.concatenate(([0], np.cumsum(durations))) * HOP_LENGTH
            words += [
                Word(
                    word,
                    float(samples + edges[start]) / SAMPLE_RATE,
                    float(samples + edges[end]) / SAMPLE_RATE,
                )
                for word, start, end in phonemes.words
            ]
            pieces.append(waveform)
            samples += len(waveform)
        if not pieces:
            raise ScriptError(f"there is nothing to pronounce in “{text[:60]}”; write words")
        return Speech(np.concatenate(pieces), SAMPLE_RATE, tuple(words))

    @torch.inference_mode()
    def _speak(self, phonemes: Phonemes, pace: float) -> tuple[np.ndarray, np.ndarray]:
        """One sentence: its waveform (samples,) and the durations of its tokens in frames."""
        symbols = torch.tensor([self._id(symbol) for symbol in phonemes.symbols], device=self.device)
        stresses = torch.tensor(phonemes.stresses, device=self.device)
        pauses = torch.tensor([symbol in BOUNDARIES for symbol in phonemes.symbols], device=self.device)
        frames, durations = self.acoustic.speak(symbols, stresses, pauses, pace)
        f0 = torch.where(frames.voiced > 0, frames.log_f0.clamp(3.5, 6.5).exp(), 0.0)
        # Seeded by what is said: the same text always sounds the same, to the last sample.
        seed = int.from_bytes(hashlib.sha1(" ".join(phonemes.symbols).encode()).digest()[:6])
        generator = torch.Generator(self.device).manual_seed(seed)
        waveform = self.vocoder(frames.mel, f0, generator)[0]
        return waveform.clamp(-1, 1).cpu().numpy(), durations.cpu().numpy()

    def _id(self, symbol: str) -> int:
        """Its own, or that of a phone the voice knows which is nearest to it."""
        if symbol in self._ids:
            return self._ids[symbol]
        wanted = nearest_arpabet(symbol)
        near = (known for known in self._ids if known not in BOUNDARIES and nearest_arpabet(known) == wanted)
        return self._ids[next(near, "ə" if "ə" in self._ids else self.info.symbols[-1])]


def load(folder: Path, device: str = "cpu") -> NativeEngine:
    """The voice in `folder`, ready to speak. Raises CheckpointError when it is not usable."""
    return NativeEngine(*load_voice(folder), device=device)


def _sentences(text: str) -> list[str]:
    """Sentences of at most about MAX_CHARACTERS, the longer ones broken at clauses, then at words."""
    pieces = []
    for sentence in split_sentences(text):
        while len(sentence) > MAX_CHARACTERS:
            head = sentence[:MAX_CHARACTERS]
            cut = max(head.rfind(mark) for mark in (", ", "; ", ": ", " — ")) + 1 or head.rfind(" ") + 1 or len(head)
            pieces.append(sentence[:cut].strip())
            sentence = sentence[cut:].strip()
        pieces.append(sentence)
    return pieces


def _fingerprint(info: VoiceInfo, *modules: torch.nn.Module) -> str:
    digest = hashlib.sha1(repr((info.engine, info.language, info.symbols)).encode())
    for module in modules:
        for tensor in module.state_dict().values():
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
