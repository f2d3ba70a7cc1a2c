"""Our own engine: phones → acoustic model → vocoder, a sentence at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from voicekit.audio.features import FRAME_RATE, SAMPLE_RATE
from voicekit.audio.limiter import limited
from voicekit.audio.loudness import from_db, to_db
from voicekit.core.errors import ScriptError
from voicekit.model.acoustic import AcousticModel, Change, Frames, check_finite
from voicekit.model.checkpoint import load_networks
from voicekit.model.vocoder import Vocoder
from voicekit.model.vocos import Vocos
from voicekit.model.voice_file import Calibration, VoiceInfo
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.speech.line import Line, with_commas
from voicekit.speech.pauses import pauses_s, with_quiet_pauses
from voicekit.speech.prosody import SEMITONE, final_movement, paragraph_pitch, pause_s
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.lexicon import Lexicon, lexicon_beside
from voicekit.text.phonemes.phonemise import BOUNDARIES, check_scripts, phonemise
from voicekit.text.phonemes.questions import question_ending
from voicekit.text.script.marks import NO_MARKS, Marks, places
from voicekit.text.sentences import sentences

#: Raise this when the same text sounds different with the same weights: cached speech is then spoken again.
_VERSION = 3
#: A final mark that makes the end louder than a full stop would, by this much (as natural logarithm), was missing in
#: training.
_MURMUR = 0.5
#: So much of a pause that the script asks for is spoken by the voice; what is missing is put in as silence.
_OWN_PAUSE_S = 0.25
#: No peak is above this; those that a gain would drive there are limited.
_CEILING_DB = -0.3
#: A decibel as a difference of natural logarithms of magnitudes.
_NEPER_PER_DB = np.log(10) / 20


class NativeEngine(Engine):
    """A voice trained by voicekit. See engines.base.Engine."""

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        info: VoiceInfo,
        acoustic: AcousticModel,
        vocoder: Vocoder | Vocos,
        device: str = "cpu",
        lexicon: Lexicon | None = None,
    ) -> None:
        self.info = info
        self.language = info.language
        self.device = torch.device(device)
        self.acoustic = acoustic.to(self.device).eval()
        self.vocoder = vocoder.to(self.device).eval()
        self.lexicon = lexicon or Lexicon()
        self._ids = {symbol: index for index, symbol in enumerate(info.symbols)}

    @cached_property
    def fingerprint(self) -> str:  # type: ignore[override]  # not before it is asked for: it reads all weights
        return _fingerprint(self.info, self.acoustic, self.vocoder) + self.lexicon.fingerprint

    def with_lexicon(self, lexicon: Lexicon) -> "NativeEngine":
        return NativeEngine(self.info, self.acoustic, self.vocoder, str(self.device), self.lexicon + lexicon)

    def calibrated(self, calibration: Calibration) -> "NativeEngine":
        """The same voice, brought to another pace, other pauses and another level."""
        info = replace(self.info, calibration=calibration)
        return NativeEngine(info, self.acoustic, self.vocoder, str(self.device), self.lexicon)

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        for line in self._lines(text, pace, marks, seed):
            yield self._say(line)

    def timing(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS) -> tuple[Word, ...]:
        words: list[Word] = []
        gone_s = 0.0
        for line in self._lines(text, pace, marks, seed=0):
            prosody = self.acoustic.prosody_of(
                *self._tokens(line.phonemes.symbols, line.phonemes.stresses), self._change(line)
            )
            schedule = line.schedule(prosody.durations[0].cpu().numpy())
            words += [Word(w.text, gone_s + w.start_s, gone_s + w.end_s) for w in schedule.words]
            gone_s += schedule.samples / SAMPLE_RATE
        return tuple(words)

    def foreseen(self, symbols: tuple[str, ...], stresses: tuple[int, ...]) -> np.ndarray:
        """(tokens,) frames that the acoustic model of itself gives to each token of a sentence."""
        own = self.acoustic.own_prosody(*self._tokens(symbols, stresses)[:2])
        return own.durations[0].cpu().numpy()

    def _lines(self, text: str, pace: float, marks: Marks, seed: int) -> Iterator[Line]:
        """The sentences of a text that have something to pronounce, each with the silence before it."""
        language = self.info.language
        check_scripts(text, language, self.lexicon, marks.pronunciations)  # all of it, so that nobody listens to half a text
        parts = list(sentences(text, language))
        before: Line | None = None
        for sentence, (begin, end) in zip(parts, places((part.text for part in parts), text), strict=True):
            own = marks.part(begin, end) if end - begin == len(sentence.text.split()) else NO_MARKS
            phonemes = None
            with suppress(ScriptError):  # nothing but signs
                phonemes = phonemise(
                    sentence.text, language, self.lexicon, goes_on=sentence.goes_on, pronunciations=own.pronunciations
                )
            if phonemes is None:
                continue
            if own.pauses_s:
                phonemes = with_commas(phonemes, own.pauses_s)
            silence_s = 0.0
            if before:
                natural_s = pause_s(before.phonemes, phonemes, before.sentence.goes_on, sentence.opens) / pace
                if not before.sentence.goes_on:
                    natural_s *= self.info.calibration.sentence_pause
                silence_s = max(natural_s, before.last_pause_s)
            before = Line(sentence, phonemes, own, pace, round(silence_s * SAMPLE_RATE), seed)
            yield before
        if before is None:
            raise ScriptError(f"there is nothing to pronounce in “{text[:60]}”; write words")

    @torch.inference_mode()
    def _say(self, line: Line) -> Speech:
        frames, durations = self._perform(line)
        f0 = torch.where(frames.voiced > 0, frames.log_f0.clamp(3.5, 6.5).exp(), 0.0)
        # Seeded by what is said: the same text always sounds the same, to the last sample.
        generator = torch.Generator(self.device).manual_seed(line.own_seed)
        waveform = self.vocoder(frames.mel, f0, generator)[0]
        check_finite(waveform)
        quiet = with_quiet_pauses(waveform.cpu().numpy(), line.phonemes.symbols, durations)
        levelled = _levelled(quiet, self.info.calibration.gain_db)
        schedule = line.schedule(durations)
        return Speech(schedule.with_silence(levelled), SAMPLE_RATE, schedule.words)

    def _perform(self, line: Line) -> tuple[Frames, np.ndarray]:
        """A sentence with the melody that its place and kind ask for: frames, and the durations of its tokens in frames."""
        symbols, stresses = line.phonemes.symbols, line.phonemes.stresses
        change = self._change(line)
        frames, durations = self._frames(symbols, stresses, change)
        if symbols[-1] in "?!":
            plain = (*symbols[:-1], ".")
            other, other_durations = self._frames(plain, stresses, change)
            if _last_level(frames, durations) > _last_level(other, other_durations) + _MURMUR:
                symbols, frames, durations = plain, other, other_durations
        ending = question_ending(line.sentence.text, self.info.language)
        if ending:
            own = _mean_per_token(frames.log_f0[0].cpu().numpy() / SEMITONE, durations)
            extra = final_movement(own, durations, stresses, float(self.acoustic.log_f0_mean) / SEMITONE, ending)
            if extra.any():
                raised = change.pitch + torch.from_numpy(extra).float().to(self.device) * self._deviations_per_st
                frames, durations = self._frames(symbols, stresses, replace(change, pitch=raised))
        return frames, durations

    def _change(self, line: Line) -> Change:
        """What a sentence's place, its marks and its seed change of what the acoustic model would do, by tokens."""
        pitch_st = line.pitch_st + paragraph_pitch(line.sentence, len(line.phonemes.symbols))
        pace, pitch, liveliness, level_db = (
            torch.from_numpy(np.asarray(track, dtype=np.float32)).to(self.device)
            for track in (line.paces, pitch_st, line.liveliness, line.level_db)
        )
        energy = level_db * _NEPER_PER_DB / self.acoustic.energy_std
        rate = torch.full((len(line.phonemes.symbols),), self.info.calibration.rate, device=self.device)
        rate[[0, -1]] = 1.0  # silence around the sentence stays as it is
        return Change(pace * rate, pitch * self._deviations_per_st, liveliness, energy, self._pauses(line))

    def _pauses(self, line: Line) -> Tensor:
        """(tokens,) the frames of each pause within a sentence; NaN at other tokens."""
        symbols = line.phonemes.symbols
        seconds = pauses_s(symbols, self.foreseen(symbols, line.phonemes.stresses), self.info.calibration) / line.paces
        for token, asked_s in line.asked_pauses_s.items():
            if token < len(symbols) - 1:
                seconds[token] = min(asked_s, _OWN_PAUSE_S)
        return torch.from_numpy(seconds * FRAME_RATE).float().to(self.device)

    @property
    def _deviations_per_st(self) -> torch.Tensor:
        return SEMITONE / self.acoustic.log_f0_std

    def _frames(self, symbols: tuple[str, ...], stresses: tuple[int, ...], change: Change) -> tuple[Frames, np.ndarray]:
        frames, durations = self.acoustic.speak(*self._tokens(symbols, stresses), change)
        return frames, durations.cpu().numpy()

    def _tokens(self, symbols: tuple[str, ...], stresses: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
        """What the acoustic model takes: ids, stresses, and which tokens are boundaries, (N,) each."""
        return (
            torch.tensor([self._id(symbol) for symbol in symbols], device=self.device),
            torch.tensor(stresses, device=self.device),
            torch.tensor([symbol in BOUNDARIES for symbol in symbols], device=self.device),
        )

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
    return NativeEngine(*load_networks(folder), device=device, lexicon=lexicon_beside(folder))


def _levelled(waveform: np.ndarray, gain_db: float) -> np.ndarray:
    """(samples,) so much louder. The hisses of a voice that learned little come down, rather than hold all the rest back."""
    if gain_db + to_db(np.abs(waveform).max()) <= _CEILING_DB:
        return waveform * np.float32(from_db(gain_db))
    return np.concatenate([block[0] for block in limited([waveform[None]], SAMPLE_RATE, gain_db, _CEILING_DB)])


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
    known = [_VERSION, info.engine, info.language, info.symbols]
    if info.calibration != Calibration():  # voices without one keep what was spoken
        known.append(info.calibration)
    digest = hashlib.sha1(repr(tuple(known)).encode())
    for module in modules:
        for tensor in module.state_dict().values():
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
