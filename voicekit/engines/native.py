"""Our own engine: phones → acoustic model → vocoder, a sentence at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.engines.base import Engine, Speech, Word
from voicekit.engines.prosody import SEMITONE, final_movement, paragraph_pitch, pause_s
from voicekit.errors import ScriptError
from voicekit.model.acoustic import AcousticModel, Frames
from voicekit.model.checkpoint import VoiceInfo, load_voice
from voicekit.model.vocoder import Vocoder
from voicekit.text.arpabet import nearest_arpabet
from voicekit.text.lexicon import Lexicon, lexicon_beside
from voicekit.text.phonemise import BOUNDARIES, Phonemes, check_scripts, phonemise
from voicekit.text.questions import question_ending
from voicekit.text.sentences import Sentence, sentences

#: Goes up when the same text sounds different with the same weights: cached speech is spoken anew then.
_VERSION = 2
#: A mark that ends a sentence louder than a full stop by so much (as natural logarithm) was never met in training.
_MURMUR = 0.5


class NativeEngine(Engine):
    """A voice trained by voicekit. See engines.base.Engine."""

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        info: VoiceInfo,
        acoustic: AcousticModel,
        vocoder: Vocoder,
        device: str = "cpu",
        lexicon: Lexicon | None = None,
    ) -> None:
        self.info = info
        self.device = torch.device(device)
        self.acoustic = acoustic.to(self.device).eval()
        self.vocoder = vocoder.to(self.device).eval()
        self.lexicon = lexicon or Lexicon()
        self._ids = {symbol: index for index, symbol in enumerate(info.symbols)}

    @cached_property
    def fingerprint(self) -> str:  # only where it is asked for: it reads all weights
        return _fingerprint(self.info, self.acoustic, self.vocoder) + self.lexicon.fingerprint

    def with_lexicon(self, lexicon: Lexicon) -> "NativeEngine":
        return NativeEngine(self.info, self.acoustic, self.vocoder, str(self.device), self.lexicon + lexicon)

    def stream(self, text: str, *, pace: float = 1.0) -> Iterator[Speech]:
        language = self.info.language
        check_scripts(text, language, self.lexicon)  # all of it, so that nobody listens to half a text
        before: tuple[Phonemes, Sentence] | None = None
        for sentence in sentences(text, language):
            phonemes = None
            with suppress(ScriptError):  # nothing but signs
                phonemes = phonemise(sentence.text, language, self.lexicon, goes_on=sentence.goes_on)
            if phonemes is None:
                continue
            silence_s = pause_s(before[0], phonemes, before[1].goes_on, sentence.opens) / pace if before else 0.0
            yield self._say(sentence, phonemes, pace, round(silence_s * SAMPLE_RATE))
            before = phonemes, sentence
        if before is None:
            raise ScriptError(f"there is nothing to pronounce in “{text[:60]}”; write words")

    @torch.inference_mode()
    def _say(self, sentence: Sentence, phonemes: Phonemes, pace: float, silence: int) -> Speech:
        """One sentence behind so many samples of silence."""
        frames, durations = self._perform(sentence, phonemes, pace)
        f0 = torch.where(frames.voiced > 0, frames.log_f0.clamp(3.5, 6.5).exp(), 0.0)
        # Seeded by what is said: the same text always sounds the same, to the last sample.
        seed = int.from_bytes(hashlib.sha1(" ".join(phonemes.symbols).encode()).digest()[:6])
        generator = torch.Generator(self.device).manual_seed(seed)
        waveform = self.vocoder(frames.mel, f0, generator)[0].clamp(-1, 1).cpu().numpy()
        edges = (silence + np.concatenate(([0], np.cumsum(durations))) * HOP_LENGTH) / SAMPLE_RATE
        spans: list[Word] = []
        for text, start, end in phonemes.words:
            if text or not spans:
                spans.append(Word(text, float(edges[start]), float(edges[end])))
            else:  # "$5" is one word that is spoken as two
                spans[-1] = Word(spans[-1].text, spans[-1].start_s, float(edges[end]))
        return Speech(np.concatenate((np.zeros(silence, np.float32), waveform)), SAMPLE_RATE, tuple(spans))

    def _perform(self, sentence: Sentence, phonemes: Phonemes, pace: float) -> tuple[Frames, np.ndarray]:
        """A sentence with the melody that its place and kind ask for: frames, and the durations of its tokens in frames."""
        symbols, stresses = phonemes.symbols, phonemes.stresses
        pitch = paragraph_pitch(sentence, len(symbols))
        frames, durations = self._frames(symbols, stresses, pace, pitch)
        if symbols[-1] in "?!":
            plain = (*symbols[:-1], ".")
            other, other_durations = self._frames(plain, stresses, pace, pitch)
            if _last_level(frames, durations) > _last_level(other, other_durations) + _MURMUR:
                symbols, frames, durations = plain, other, other_durations
        ending = question_ending(sentence.text, self.info.language)
        if ending:
            own = _mean_per_token(frames.log_f0[0].cpu().numpy() / SEMITONE, durations)
            extra = final_movement(own, durations, stresses, float(self.acoustic.log_f0_mean) / SEMITONE, ending)
            if extra.any():
                frames, durations = self._frames(symbols, stresses, pace, pitch + extra)
        return frames, durations

    def _frames(
        self, symbols: tuple[str, ...], stresses: tuple[int, ...], pace: float, pitch: np.ndarray
    ) -> tuple[Frames, np.ndarray]:
        """What the acoustic model makes of tokens whose pitch is moved by `pitch` semitones."""
        frames, durations = self.acoustic.speak(
            torch.tensor([self._id(symbol) for symbol in symbols], device=self.device),
            torch.tensor(stresses, device=self.device),
            torch.tensor([symbol in BOUNDARIES for symbol in symbols], device=self.device),
            pace,
            torch.from_numpy(pitch * SEMITONE).float().to(self.device) / self.acoustic.log_f0_std,
        )
        return frames, durations.cpu().numpy()

    def _id(self, symbol: str) -> int:
        """Its own, or that of a phone the voice knows which is nearest to it."""
        if symbol in self._ids:
            return self._ids[symbol]
        wanted = nearest_arpabet(symbol)
        near = (known for known in self._ids if known not in BOUNDARIES and nearest_arpabet(known) == wanted)
        return self._ids[next(near, "ə" if "ə" in self._ids else self.info.symbols[-1])]


def load(folder: Path, device: str = "cpu") -> NativeEngine:
    """The voice in `folder`, ready to speak, with the lexicon that lies there.

    Raises:
        CheckpointError: the voice is not usable.
        ScriptError: its lexicon is not.
    """
    return NativeEngine(*load_voice(folder), device=device, lexicon=lexicon_beside(folder))


def _last_level(frames: Frames, durations: np.ndarray) -> float:
    """Mean log magnitude of the last token, −∞ where it does not last."""
    return float(frames.mel[0, :, -int(durations[-1]) :].mean()) if durations[-1] else -np.inf


def _mean_per_token(track: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """(frames,) to (tokens,); a token that does not last has the value of the frame that follows."""
    sums = np.concatenate(([0.0], np.cumsum(track)))
    ends = np.cumsum(durations)
    starts = np.minimum(ends - durations, len(track) - 1)
    ends = np.maximum(ends, starts + 1)
    return (sums[ends] - sums[starts]) / (ends - starts)


def _fingerprint(info: VoiceInfo, *modules: torch.nn.Module) -> str:
    digest = hashlib.sha1(repr((_VERSION, info.engine, info.language, info.symbols)).encode())
    for module in modules:
        for tensor in module.state_dict().values():
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
