"""Our own engine: phones → acoustic model → vocoder, a sentence at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np

from voicekit.audio.features import FRAME_RATE, HOP_LENGTH, SAMPLE_RATE
from voicekit.audio.limiter import limited
from voicekit.audio.loudness import from_db, to_db
from voicekit.core.errors import ConfigError, ScriptError
from voicekit.model.networks import Change, Networks, SpokenFrames, TokenProsody
from voicekit.model.noise_floor import without_noise
from voicekit.model.voice_file import Calibration, VoiceInfo
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.speech.line import Line, with_commas
from voicekit.speech.pauses import pauses_s, with_quiet_pauses
from voicekit.speech.prosody import SEMITONE, final_movement, paragraph_pitch, pause_s
from voicekit.text.language_names import sample_sentence
from voicekit.text.phonemes.arpabet import nearest_arpabet
from voicekit.text.phonemes.lexicon import Lexicon, lexicon_beside, parse_lexicon
from voicekit.text.phonemes.phonemise import BOUNDARIES, Phonemes, check_scripts, phonemise
from voicekit.text.phonemes.questions import question_ending
from voicekit.text.script.marks import NO_MARKS, Marks, places
from voicekit.text.sentences import sentences

#: Raise this when the same text sounds different with the same weights: cached speech is then spoken again.
_VERSION = 5
#: A final mark that makes the last moments louder than a full stop would, by this much (as natural logarithm), was missing
#: in training. So many frames, because the mark itself lasts few, or none.
_MURMUR, _LAST_FRAMES = 0.5, round(0.1 * FRAME_RATE)
#: So much of a pause that the script asks for is spoken by the voice; what is missing is put in as silence.
_OWN_PAUSE_S = 0.25
#: No peak is above this; those that a gain would drive there are limited.
_CEILING_DB = -0.3
#: A decibel as a difference of natural logarithms of magnitudes.
_NEPER_PER_DB = np.log(10) / 20


class NativeEngine(Engine):
    """A voice trained by voicekit. See speech.engine.Engine."""

    sample_rate = SAMPLE_RATE

    def __init__(self, info: VoiceInfo, networks: Networks, lexicon: Lexicon | None = None) -> None:
        self.info = info
        self.language = info.language
        self.networks = networks
        self.lexicon = lexicon or Lexicon()
        self._ids = {symbol: index for index, symbol in enumerate(info.symbols)}

    @cached_property
    def fingerprint(self) -> str:  # type: ignore[override]  # not before it is asked for: it reads all weights
        known = [_VERSION, self.info.engine, self.info.language, self.info.symbols, self.networks.digest]
        if self.info.calibration != Calibration():
            known.append(self.info.calibration)
        return hashlib.sha1(repr(known).encode()).hexdigest()[:16] + self.lexicon.fingerprint

    def with_lexicon(self, lexicon: Lexicon) -> "NativeEngine":
        return NativeEngine(self.info, self.networks, self.lexicon + lexicon)

    def calibrated(self, calibration: Calibration) -> "NativeEngine":
        """The same voice, brought to another pace, other pauses and another level."""
        return NativeEngine(replace(self.info, calibration=calibration), self.networks, self.lexicon)

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        for line in self._lines(text, pace, marks, seed):
            yield self._say(line)

    def timing(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS) -> tuple[Word, ...]:
        words: list[Word] = []
        gone_s = 0.0
        for line in self._lines(text, pace, marks, seed=0):
            schedule = line.schedule(
                self._prosody(line.phonemes.symbols, line.phonemes.stresses, self._change(line)).durations
            )
            words += [Word(w.text, gone_s + w.start_s, gone_s + w.end_s) for w in schedule.words]
            gone_s += schedule.samples / SAMPLE_RATE
        return tuple(words)

    @cached_property
    def murmured(self) -> tuple[str, ...]:
        """The marks that the voice cannot end any sentence with, and says a full stop for."""
        said = phonemise(sample_sentence(self.language) or "a", self.language)

        def last_level(mark: str) -> float:
            """Mean log magnitude of the last moments."""
            frames, _ = self._frames((*said.symbols[:-1], mark), said.stresses, Change())
            return float(frames.mel[:, -_LAST_FRAMES:].mean())

        most = last_level(".") + _MURMUR
        return tuple(mark for mark in "?!" if mark not in self._ids or last_level(mark) > most)

    def foreseen(self, symbols: tuple[str, ...], stresses: tuple[int, ...]) -> np.ndarray:
        """(tokens,) frames that the networks of themselves give to each token of a sentence."""
        return self.networks.prosody(self._token_ids(symbols), np.array(stresses)).durations

    def decoded(self, text: str) -> np.ndarray:
        """(N_MELS, frames) log-mel of a text as the decoder makes it, with all noise that it has learned."""
        return np.concatenate([self._perform(line)[0].mel for line in self._lines(text, 1.0, NO_MARKS, 0)], axis=1)

    def imitate(self, phonemes: Phonemes, prosody: TokenProsody, log_f0: np.ndarray) -> np.ndarray:
        """A sentence as somebody else said it, (samples,): their durations, levels and, frame by frame, their melody.

        Args:
            prosody: of its tokens, durations in whole frames.
            log_f0: (frames,), natural log of Hz, defined everywhere: which sounds have a pitch is the voice's own.
        """
        ids, stresses = self._token_ids(phonemes.symbols), np.array(phonemes.stresses)
        frames = self.networks.frames(ids, stresses, prosody)
        return with_quiet_pauses(self._waveform(replace(frames, log_f0=log_f0), 0), phonemes.symbols, prosody.durations)

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
            phonemes = self._with_known_end(phonemes)
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

    def _with_known_end(self, phonemes: Phonemes) -> Phonemes:
        """With a full stop for a mark that the voice would murmur at."""
        symbols = phonemes.symbols
        is_known = symbols[-1] not in "?!" or symbols[-1] not in self.murmured
        return phonemes if is_known else replace(phonemes, symbols=(*symbols[:-1], "."))

    def _say(self, line: Line) -> Speech:
        frames, durations = self._perform(line)
        # Seeded by what is said: the same text always sounds the same, to the last sample.
        quiet = with_quiet_pauses(self._waveform(frames, line.own_seed), line.phonemes.symbols, durations)
        levelled = _levelled(quiet, self.info.calibration.gain_db)
        schedule = line.schedule(durations)
        return Speech(schedule.with_silence(levelled), SAMPLE_RATE, schedule.words)

    def _waveform(self, frames: SpokenFrames, seed: int) -> np.ndarray:
        """(samples,) of what the decoder made, without the voice's own noise."""
        f0 = np.where(frames.voiced > 0, np.exp(frames.log_f0.clip(3.5, 6.5)), 0).astype(np.float32)
        noise = np.random.default_rng(seed).standard_normal(len(f0) * HOP_LENGTH, dtype=np.float32)
        return self.networks.waveform(without_noise(frames.mel, self.info.calibration), f0, noise)

    def _perform(self, line: Line) -> tuple[SpokenFrames, np.ndarray]:
        """A sentence with the melody that its place and kind ask for: frames, and the durations of its tokens in frames."""
        symbols, stresses = line.phonemes.symbols, line.phonemes.stresses
        change = self._change(line)
        frames, durations = self._frames(symbols, stresses, change)
        ending = question_ending(line.sentence.text, self.info.language)
        if ending:
            own = _mean_per_token(frames.log_f0 / SEMITONE, durations)
            extra = final_movement(own, durations, stresses, self.networks.figures.log_f0_mean / SEMITONE, ending)
            if extra.any():
                raised = change.pitch + extra * self._deviations_per_st
                frames, durations = self._frames(symbols, stresses, replace(change, pitch=raised))
        return frames, durations

    def _change(self, line: Line) -> Change:
        """What a sentence's place, its marks and its seed change of what the acoustic model would do, by tokens."""
        pitch_st = line.pitch_st + paragraph_pitch(line.sentence, len(line.phonemes.symbols))
        energy = line.level_db * _NEPER_PER_DB / self.networks.figures.energy_std
        rate = np.full(len(line.phonemes.symbols), self.info.calibration.rate)
        rate[[0, -1]] = 1.0  # silence around the sentence stays as it is
        return Change(line.paces * rate, pitch_st * self._deviations_per_st, line.liveliness, energy, self._pauses(line))

    def _pauses(self, line: Line) -> np.ndarray:
        """(tokens,) the frames of each pause within a sentence; NaN at other tokens."""
        symbols = line.phonemes.symbols
        seconds = pauses_s(symbols, self.foreseen(symbols, line.phonemes.stresses), self.info.calibration) / line.paces
        for token, asked_s in line.asked_pauses_s.items():
            if token < len(symbols) - 1:
                seconds[token] = min(asked_s, _OWN_PAUSE_S)
        return seconds * FRAME_RATE

    @property
    def _deviations_per_st(self) -> float:
        return SEMITONE / self.networks.figures.log_f0_std

    def _frames(
        self, symbols: tuple[str, ...], stresses: tuple[int, ...], change: Change
    ) -> tuple[SpokenFrames, np.ndarray]:
        prosody = self._prosody(symbols, stresses, change)
        return self.networks.frames(self._token_ids(symbols), np.array(stresses), prosody), prosody.durations

    def _prosody(self, symbols: tuple[str, ...], stresses: tuple[int, ...], change: Change) -> TokenProsody:
        """How the voice says tokens, its own way changed by `change`."""
        own = self.networks.prosody(self._token_ids(symbols), np.array(stresses))
        return own.changed(change, np.array([symbol in BOUNDARIES for symbol in symbols]))

    def _token_ids(self, symbols: tuple[str, ...]) -> np.ndarray:
        return np.array([self._id(symbol) for symbol in symbols])

    def _id(self, symbol: str) -> int:
        return self._ids[nearest_symbol(symbol, self.info.symbols)]


def nearest_symbol(symbol: str, known: tuple[str, ...]) -> str:
    """Itself where a voice knows it, else the phone nearest to it that it knows."""
    if symbol in known:
        return symbol
    wanted = nearest_arpabet(symbol)
    near = (other for other in known if other not in BOUNDARIES and nearest_arpabet(other) == wanted)
    return next(near, "ə" if "ə" in known else known[-1])


def load(voice: Path, device: str = "cpu") -> NativeEngine:
    """The voice in the folder or exported file `voice`, ready to speak, with the lexicon that lies there.

    On the CPU it runs by ONNX Runtime, which is there in a tenth of the time that torch takes to be imported.

    Raises:
        CheckpointError: the voice is not usable.
        ScriptError: its lexicon is not.
        ConfigError: an exported voice is to speak on a GPU.
    """
    if voice.is_file():
        return load_exported(voice, device)
    if device == "cpu":
        from voicekit.model.onnx_networks import run_voice

        return NativeEngine(*run_voice(voice), lexicon_beside(voice))
    from voicekit.model.checkpoint import load_networks
    from voicekit.model.torch_networks import TorchNetworks

    info, acoustic, vocoder = load_networks(voice)
    return NativeEngine(info, TorchNetworks(acoustic, vocoder, device), lexicon_beside(voice))


def load_exported(path: Path, device: str = "cpu") -> NativeEngine:
    """The voice in an .onnx file, without torch. Raises what `load` raises."""
    from voicekit.model.exported import read_exported
    from voicekit.model.onnx_networks import run_exported

    if device != "cpu":
        raise ConfigError(
            f"{path} is an exported voice, which speaks on the CPU; leave out --device, or name the voice itself"
        )
    voice = read_exported(path)
    return NativeEngine(voice.info, run_exported(voice, str(path)), parse_lexicon(voice.lexicon, f"the lexicon in {path}"))


def _levelled(waveform: np.ndarray, gain_db: float) -> np.ndarray:
    """(samples,) so much louder. The hisses of a voice that learned little come down, rather than hold all the rest back."""
    if gain_db + to_db(np.abs(waveform).max()) <= _CEILING_DB:
        return waveform * np.float32(from_db(gain_db))
    return np.concatenate([block[0] for block in limited([waveform[None]], SAMPLE_RATE, gain_db, _CEILING_DB)])


def _mean_per_token(track: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """(frames,) to (tokens,); a token that does not last has the value of the frame that follows."""
    sums = np.concatenate(([0.0], np.cumsum(track)))
    ends = np.cumsum(durations)
    starts = np.minimum(ends - durations, len(track) - 1)
    ends = np.maximum(ends, starts + 1)
    return (sums[ends] - sums[starts]) / (ends - starts)
