"""A prepared dataset as the models train on it: utterances with their tokens and durations, in batches."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import torch
from torch import Tensor

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE, Features, log_mel
from voicekit.core.documents import parse_json, read_lines
from voicekit.core.errors import DatasetError, ScriptError
from voicekit.core.files import write_text
from voicekit.core.processes import parallel
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset.manifest import Utterance, features_path, read_manifest, wav_path
from voicekit.model.reference import passage
from voicekit.model.speaker import REFERENCE_FRAMES, Statistics, measure, vtlp
from voicekit.recognition.sphinx import Aligner
from voicekit.text.phonemes.phonemise import phonemise


@dataclass(frozen=True)
class Example:
    """An utterance and how its frames divide among its tokens."""

    dataset: Path
    speaker: str  #: unique among all datasets
    id: str
    split: str
    symbols: tuple[str, ...]
    stresses: tuple[int, ...]
    durations: tuple[int, ...]  #: in frames; sums to the frames of its features


def align_dataset(dataset: Path, reporter: Reporter = SILENT) -> list[Example]:
    """The utterances of a dataset with their alignments, which are computed once and kept in `alignments.jsonl`.

    Utterances whose words and sound cannot be brought together are left out.

    Raises:
        DatasetError: nothing could be aligned.
    """
    utterances = read_manifest(dataset)
    known = _read_alignments(dataset)
    new = [utterance for utterance in utterances if _key(utterance) not in known]
    aligned = zip(new, reporter.track(_align_all(dataset, new), "aligning", total=len(new)), strict=True)
    known.update({_key(utterance): example for utterance, example in aligned})
    examples = [(utterance, known[_key(utterance)]) for utterance in utterances]
    lines = (
        json.dumps({"key": _key(utterance), **_row(example)}, ensure_ascii=False) + "\n" for utterance, example in examples
    )
    if new:
        write_text(dataset / "alignments.jsonl", "".join(lines))
    # Said again each time: the folder may have got another name since.
    usable = [replace(example, speaker=f"{dataset.name}/{utterance.speaker}") for utterance, example in examples if example]
    if not usable:
        raise DatasetError(f"no utterance of {dataset} could be aligned with its text; are the transcripts its own?")
    return usable


def _row(example: Example | None) -> dict:
    return {k: v for k, v in asdict(example).items() if k not in ("dataset", "speaker")} if example else {}


def _key(utterance: Utterance) -> str:
    # With its level and place: a dataset prepared again may have other sound under the same id.
    u = utterance
    return f"{u.id}|{u.speaker}|{u.split}|{u.language}|{u.recording}|{u.start_s}|{u.end_s}|{u.rms_db}|{u.text}"


def _read_alignments(dataset: Path) -> dict[str, Example | None]:
    path = dataset / "alignments.jsonl"
    if not path.is_file():
        return {}
    known: dict[str, Example | None] = {}
    for _, line in read_lines(path):
        try:
            row = parse_json(line)
            key = row.pop("key")
            known[key] = _example(dataset, row) if row else None
        except (ValueError, LookupError, TypeError, AttributeError):
            continue  # a damaged line is aligned again
    return known


def _example(dataset: Path, row: dict[str, Any]) -> Example:
    """Raises ValueError, KeyError or TypeError where the row is damaged."""
    symbols, stresses, durations = (tuple(row[name]) for name in ("symbols", "stresses", "durations"))
    whole = all(isinstance(number, int) and number >= 0 for number in (*stresses, *durations))
    if not (whole and len(symbols) == len(stresses) == len(durations) > 0 and max(stresses) <= 2):
        raise ValueError("its tokens and durations do not fit each other")
    if not all(isinstance(text, str) for text in (row["id"], row["split"], *symbols)):
        raise TypeError("it holds no text where there should be some")
    return Example(dataset, "", row["id"], row["split"], symbols, stresses, durations)


def _align_all(dataset: Path, utterances: list[Utterance]) -> Iterator[Example | None]:
    """Aligns on all cores, or right here where starting processes would take longer."""
    if len(utterances) < 100:
        aligner = Aligner()
        return (_align(aligner, dataset, utterance) for utterance in utterances)
    return parallel(partial(_align_in_process, dataset), utterances, jobs=-1, batch=16)


_aligner_of_process = cache(lambda: Aligner())


def _align_in_process(dataset: Path, utterance: Utterance) -> Example | None:
    return _align(_aligner_of_process(), dataset, utterance)


def _align(aligner: Aligner, dataset: Path, utterance: Utterance) -> Example | None:
    try:
        phonemes = phonemise(utterance.text, utterance.language)
    except ScriptError:
        return None
    waveform = read_wav(dataset, utterance.id)
    alignment = aligner.align(waveform, phonemes)
    if alignment is None:
        return None
    durations = tuple(int(duration) for duration in alignment.durations)
    return Example(dataset, "", utterance.id, utterance.split, phonemes.symbols, phonemes.stresses, durations)


class AcousticBatch(NamedTuple):
    """Whole utterances, zero-padded to the longest; fields as the acoustic model takes and makes them."""

    symbols: Tensor  #: (B, N) ids
    stresses: Tensor  #: (B, N)
    token_mask: Tensor  #: (B, 1, N)
    durations: Tensor  #: (B, N) frames
    mel: Tensor  #: (B, N_MELS, T)
    f0: Tensor  #: (B, T) in Hz, 0 where unvoiced
    statistics: Statistics  #: of the speaker of each utterance
    reference: Tensor  #: (B, N_MELS, REFERENCE_FRAMES) of another passage by the same speaker


class VocoderBatch(NamedTuple):
    """Segments of equal length."""

    mel: Tensor  #: (B, N_MELS, T)
    f0: Tensor  #: (B, T)
    waveform: Tensor  #: (B, T · HOP_LENGTH)


class SpeakerBatch(NamedTuple):
    """Passages to tell speakers apart by."""

    passages: Tensor  #: (speakers, passages of each, N_MELS, REFERENCE_FRAMES)


#: Five seconds: a batch has no more frames than so many utterances of this length.
USUAL_FRAMES = 480


class Batches:
    """Draws batches; the same seed draws the same, so that a resumed run goes on where it was."""

    def __init__(
        self, examples: list[Example], symbols: tuple[str, ...], known: dict[str, Statistics] | None = None
    ) -> None:
        """`known`: speakers already measured, who are not measured again on these examples."""
        self.examples = examples
        self._index = {symbol: index for index, symbol in enumerate(symbols)}
        self._by_length = sorted(range(len(examples)), key=lambda i: sum(examples[i].durations))
        self._by_speaker: dict[str, list[Example]] = {}
        for example in examples:
            self._by_speaker.setdefault(example.speaker, []).append(example)
        self.statistics = dict(known or {})
        for speaker in self._by_speaker.keys() - self.statistics.keys():
            said = self._by_speaker[speaker]
            self.statistics[speaker] = measure([_features(e) for e in said[:: max(len(said) // 400, 1)]])

    def acoustic(self, rng: np.random.Generator, size: int) -> AcousticBatch:
        """`size` utterances of about equal length; fewer of long ones, so that a step's memory has a bound."""
        # A window of four batches among the utterances sorted by length: little padding, mixed company.
        start = int(rng.integers(-size, len(self._by_length)))
        window = self._by_length[max(start, 0) : max(start, 0) + 4 * size]
        chosen = [self.examples[i] for i in rng.permutation(window)[:size]]
        longest = max(sum(example.durations) for example in chosen)
        return self.collate(chosen[: max(size * USUAL_FRAMES // longest, 1)], rng)

    def collate(self, examples: list[Example], rng: np.random.Generator) -> AcousticBatch:
        features = [_features(example) for example in examples]
        return AcousticBatch(
            symbols=_pad([[self._index[s] for s in example.symbols] for example in examples]),
            stresses=_pad([example.stresses for example in examples]),
            token_mask=_pad([np.ones(len(example.symbols), np.float32) for example in examples]).unsqueeze(1),
            durations=_pad([example.durations for example in examples]),
            mel=_pad([f.mel.T for f in features]).transpose(1, 2),
            f0=_pad([f.f0 for f in features]),
            statistics=Statistics.stack([self.statistics[example.speaker] for example in examples]),
            reference=torch.from_numpy(np.stack([self._reference(example, rng) for example in examples])),
        )

    def speakers(self, rng: np.random.Generator, size: int, said: int = 4) -> SpeakerBatch:
        """`said` passages of each of `size` speakers, each speaker in a disguise of their own."""
        known = list(self._by_speaker)
        rows = []
        for i in rng.choice(len(known), min(size, len(known)), replace=False):
            warp = float(np.exp(rng.uniform(-0.2, 0.2)))
            examples = self._by_speaker[known[i]]
            chosen = rng.choice(len(examples), said, replace=len(examples) < said)
            mels = [_features(examples[j]).mel for j in chosen]
            starts = [int(rng.integers(max(mel.shape[1] - REFERENCE_FRAMES, 0) + 1)) for mel in mels]
            rows.append([vtlp(passage(m, start), warp, rng) for m, start in zip(mels, starts, strict=True)])
        return SpeakerBatch(torch.from_numpy(np.array(rows)))

    def in_order(self, size: int) -> list[AcousticBatch]:
        """All utterances, always in the same batches."""
        rng = np.random.default_rng(0)
        return [self.collate(self.examples[i : i + size], rng) for i in range(0, len(self.examples), size)]

    def passages(self, speaker: str, at_most: int = 100) -> tuple[list[Example], list[np.ndarray]]:
        """The middle of every so many-th utterance of a speaker: whose, and (N_MELS, REFERENCE_FRAMES) each."""
        said = self._by_speaker[speaker]
        examples = said[:: -(-len(said) // at_most)]
        mels = [_features(example).mel for example in examples]
        return examples, [passage(mel, max(mel.shape[1] - REFERENCE_FRAMES, 0) // 2) for mel in mels]

    def _reference(self, example: Example, rng: np.random.Generator) -> np.ndarray:
        """(N_MELS, REFERENCE_FRAMES) of another utterance of the same speaker, of this one if there is no other."""
        others = [other for other in self._by_speaker[example.speaker] if other is not example] or [example]
        mel = _features(others[int(rng.integers(len(others)))]).mel
        return passage(mel, int(rng.integers(max(mel.shape[1] - REFERENCE_FRAMES, 0) + 1)))

    def vocoder(
        self,
        rng: np.random.Generator,
        size: int,
        frames: int,
        stretch: float = 0.0,
        predicted: Path | None = None,
        share: float = 0.0,
    ) -> VocoderBatch:
        """`size` random segments of `frames` frames; shorter utterances are padded with silence.

        Args:
            stretch: play every other segment up to so much faster or slower, 0.3 for 30 %: to a vocoder another person,
                with another pitch and another throat. And up to 4 dB louder or softer.
            predicted, share: of this share of the others the mel is the one the acoustic model made, from this folder.
        """
        lengths = np.array([sum(example.durations) for example in self.examples], dtype=np.float64)
        rows = []
        for i in rng.choice(len(self.examples), size, p=lengths / lengths.sum()):
            if stretch and rng.random() < 0.5:
                rows.append(self._stretched(self.examples[i], rng, frames, stretch))
            else:
                rows.append(self._segment(self.examples[i], rng, frames, predicted if rng.random() < share else None))
        return VocoderBatch(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)))

    def _segment(self, example: Example, rng: np.random.Generator, frames: int, predicted: Path | None) -> tuple:
        """mel, F0 and waveform of a random segment."""
        features = _features(example)
        start = int(rng.integers(0, max(features.f0.shape[0] - frames, 0) + 1))
        piece = slice(start, start + frames)
        waveform = read_wav(example.dataset, example.id, start * HOP_LENGTH, frames * HOP_LENGTH)
        missing = max(frames - (features.f0.shape[0] - start), 0)
        mel = features.mel
        if predicted:
            mel = np.load(predicted_path(predicted, example)).astype(np.float32)
        return (
            np.pad(mel[:, piece], ((0, 0), (0, missing)), constant_values=mel.min()),
            np.pad(features.f0[piece], (0, missing)),
            np.pad(waveform, (0, frames * HOP_LENGTH - len(waveform))),
        )

    def _stretched(self, example: Example, rng: np.random.Generator, frames: int, stretch: float) -> tuple:
        """The same, played at another speed and level."""
        import soxr

        margin = 4  # frames at either end, for the resampler and the spectrogram to start in
        speed = float(np.exp(rng.uniform(-1, 1) * np.log1p(stretch)))
        track = _features(example).f0
        whole = int(np.ceil((frames + 2 * margin) * HOP_LENGTH * speed)) + HOP_LENGTH
        first = int(rng.integers(0, max(len(track) * HOP_LENGTH - whole, 0) + 1))
        waveform = soxr.resample(read_wav(example.dataset, example.id, first, whole), SAMPLE_RATE * speed, SAMPLE_RATE)
        waveform = waveform * 10 ** (rng.uniform(-4, 4) / 20)
        waveform = np.pad(waveform, (0, max((frames + 2 * margin) * HOP_LENGTH - len(waveform), 0))).astype(np.float32)
        mel = log_mel(waveform)[:, margin : margin + frames]
        at = (first / HOP_LENGTH + (margin + np.arange(frames)) * speed).round().astype(int)
        f0 = np.where(at < len(track), track[np.minimum(at, len(track) - 1)], 0) * speed
        piece = slice(margin * HOP_LENGTH, (margin + frames) * HOP_LENGTH)
        return mel, f0.astype(np.float32), waveform[piece].clip(-1, 1)


@dataclass(frozen=True)
class VocoderSegments:
    """Draws the vocoder's training batches; see `Batches.vocoder`."""

    batches: Batches
    frames: int
    stretch: float
    predicted: Path | None
    share: float

    def __call__(self, rng: np.random.Generator, size: int) -> VocoderBatch:
        return self.batches.vocoder(rng, size, self.frames, self.stretch, self.predicted, self.share)


def predicted_path(folder: Path, example: Example) -> Path:
    """Where the mel lies that the acoustic model made of an utterance, float16 (N_MELS, frames)."""
    return folder / f"{example.dataset.name}-{example.id}.npy"


def _features(example: Example) -> Features:
    path = features_path(example.dataset, example.id)
    features = Features.load(path)
    if len(features.f0) != sum(example.durations):
        raise DatasetError(
            f"{path} has {len(features.f0)} frames, of which alignments.jsonl knows nothing; delete {example.dataset}/"
            "alignments.jsonl, and the same command writes it anew"
        )
    return features


def read_wav(dataset: Path, utterance_id: str, start: int = 0, samples: int = -1) -> np.ndarray:
    """(samples,) of an utterance's sound. Raises DatasetError where it is missing or damaged."""
    path = wav_path(dataset, utterance_id)
    try:
        waveform, _ = soundfile.read(path, samples, start, dtype="float32")
    except (soundfile.LibsndfileError, OSError) as error:
        raise DatasetError(f"{path} is missing or damaged; run voicekit prepare again") from error
    return waveform


def _pad(rows: list) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.as_tensor(np.asarray(row)) for row in rows], batch_first=True)
