"""A prepared dataset as the models train on it: utterances with their tokens and durations, in batches."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from voicekit.audio.features import HOP_LENGTH, Features
from voicekit.dataset.align import Aligner
from voicekit.dataset.manifest import Utterance, features_path, read_manifest, wav_path
from voicekit.errors import DatasetError, ScriptError
from voicekit.files import write_text
from voicekit.model.batch import AcousticBatch, VocoderBatch
from voicekit.progress import track
from voicekit.text.phonemise import phonemise


@dataclass(frozen=True)
class Example:
    """An utterance and how its frames divide among its tokens."""

    id: str
    split: str
    symbols: tuple[str, ...]
    stresses: tuple[int, ...]
    durations: tuple[int, ...]  #: in frames; sums to the frames of its features


def align_dataset(dataset: Path) -> list[Example]:
    """The utterances of a dataset with their alignments, which are computed once and kept in `alignments.jsonl`.

    Utterances whose words and sound cannot be brought together are left out.

    Raises:
        DatasetError: nothing could be aligned.
    """
    utterances = read_manifest(dataset)
    known = _read_alignments(dataset / "alignments.jsonl")
    new = [utterance for utterance in utterances if _key(utterance) not in known]
    aligned = zip(new, track(_align_all(dataset, new), "aligning", total=len(new)), strict=True)
    known.update({_key(utterance): example for utterance, example in aligned})
    examples = [(utterance, known[_key(utterance)]) for utterance in utterances]
    lines = (
        json.dumps({"key": _key(utterance), **(asdict(example) if example else {})}, ensure_ascii=False) + "\n"
        for utterance, example in examples
    )
    if new:
        write_text(dataset / "alignments.jsonl", "".join(lines))
    usable = [example for _, example in examples if example]
    if not usable:
        raise DatasetError(f"no utterance of {dataset} could be aligned with its text; are the transcripts its own?")
    return usable


def _key(utterance: Utterance) -> str:
    # With its level and place: a dataset prepared anew may have other sound under the same id.
    u = utterance
    return f"{u.id}|{u.split}|{u.language}|{u.recording}|{u.start_s}|{u.end_s}|{u.rms_db}|{u.text}"


def _read_alignments(path: Path) -> dict[str, Example | None]:
    if not path.is_file():
        return {}
    known = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            key = row.pop("key")
            known[key] = Example(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}) if row else None
        except (ValueError, KeyError, TypeError):
            continue  # a damaged line is aligned again
    return known


def _align_all(dataset: Path, utterances: list[Utterance]) -> Iterator[Example | None]:
    """Aligns on all cores, or right here where starting processes would take longer."""
    if len(utterances) < 100:
        aligner = Aligner()
        return (_align(aligner, dataset, utterance) for utterance in utterances)
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=-1, batch_size=16, return_as="generator")
    return run(delayed(_align_in_process)(dataset, utterance) for utterance in utterances)


_aligner_of_process = cache(lambda: Aligner())


def _align_in_process(dataset: Path, utterance: Utterance) -> Example | None:
    return _align(_aligner_of_process(), dataset, utterance)


def _align(aligner: Aligner, dataset: Path, utterance: Utterance) -> Example | None:
    try:
        phonemes = phonemise(utterance.text, utterance.language)
    except ScriptError:
        return None
    waveform = _read_wav(dataset, utterance.id)
    alignment = aligner.align(waveform, phonemes)
    if alignment is None:
        return None
    durations = tuple(int(duration) for duration in alignment.durations)
    return Example(utterance.id, utterance.split, phonemes.symbols, phonemes.stresses, durations)


class Batches:
    """Draws batches; the same seed draws the same, so that a resumed run goes on where it was."""

    def __init__(self, dataset: Path, examples: list[Example], symbols: tuple[str, ...]) -> None:
        self.dataset = dataset
        self.examples = examples
        self._index = {symbol: index for index, symbol in enumerate(symbols)}
        self._by_length = sorted(range(len(examples)), key=lambda i: sum(examples[i].durations))

    def acoustic(self, rng: np.random.Generator, size: int) -> AcousticBatch:
        """`size` utterances of about equal length."""
        # A window of four batches among the utterances sorted by length: little padding, mixed company.
        start = int(rng.integers(-size, len(self._by_length)))
        window = self._by_length[max(start, 0) : max(start, 0) + 4 * size]
        chosen = rng.permutation(window)[:size]
        return self.collate([self.examples[i] for i in chosen])

    def collate(self, examples: list[Example]) -> AcousticBatch:
        features = [Features.load(features_path(self.dataset, example.id)) for example in examples]
        return AcousticBatch(
            symbols=_pad([[self._index[s] for s in example.symbols] for example in examples]),
            stresses=_pad([example.stresses for example in examples]),
            token_mask=_pad([np.ones(len(example.symbols), np.float32) for example in examples]).unsqueeze(1),
            durations=_pad([example.durations for example in examples]),
            mel=_pad([f.mel.T for f in features]).transpose(1, 2),
            f0=_pad([f.f0 for f in features]),
        )

    def vocoder(self, rng: np.random.Generator, size: int, frames: int, predicted: Path | None = None) -> VocoderBatch:
        """`size` random segments of `frames` frames; shorter utterances are padded with silence.

        Every other one has the mel that the acoustic model made of the utterance, where the folder `predicted` holds it.
        """
        lengths = np.array([sum(example.durations) for example in self.examples], dtype=np.float64)
        chosen = rng.choice(len(self.examples), size, p=lengths / lengths.sum())
        mels, f0s, waveforms = [], [], []
        for i in chosen:
            example = self.examples[i]
            features = Features.load(features_path(self.dataset, example.id))
            start = int(rng.integers(0, max(features.f0.shape[0] - frames, 0) + 1))
            piece = slice(start, start + frames)
            waveform = self.read(example, start * HOP_LENGTH, frames * HOP_LENGTH)
            missing = max(frames - (features.f0.shape[0] - start), 0)
            mel = features.mel
            if predicted and rng.random() < 0.5:
                mel = np.load(predicted / f"{example.id}.npy").astype(np.float32)
            mels.append(np.pad(mel[:, piece], ((0, 0), (0, missing)), constant_values=mel.min()))
            f0s.append(np.pad(features.f0[piece], (0, missing)))
            waveforms.append(np.pad(waveform, (0, frames * HOP_LENGTH - len(waveform))))
        return VocoderBatch(*(torch.from_numpy(np.stack(x)) for x in (mels, f0s, waveforms)))

    def read(self, example: Example, start: int = 0, samples: int = -1) -> np.ndarray:
        return _read_wav(self.dataset, example.id, start, samples)


def _read_wav(dataset: Path, utterance_id: str, start: int = 0, samples: int = -1) -> np.ndarray:
    path = wav_path(dataset, utterance_id)
    try:
        waveform, _ = soundfile.read(path, samples, start, dtype="float32")
    except (soundfile.LibsndfileError, OSError) as error:
        raise DatasetError(f"{path} is missing or damaged; run voicekit prepare again") from error
    return waveform


def _pad(rows: list) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.as_tensor(np.asarray(row)) for row in rows], batch_first=True)
