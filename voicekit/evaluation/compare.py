"""Has any number of systems say the same sentences, and judges and measures each beside the human's recording.

Works on one sentence at a time: however many there are, no more than one of them is in memory.
"""

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from voicekit.audio.features import SAMPLE_RATE
from voicekit.core.errors import DatasetError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.evaluation.figures import Figure, Row, Score
from voicekit.evaluation.material import Sentence
from voicekit.evaluation.measures import Acoustics, analyse, distance, manner
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.evaluation.pictures import draw_spectrograms
from voicekit.media import write_wav
from voicekit.text.phonemes.phonemise import BOUNDARIES, phonemise
from voicekit.text.sentences import sentences as sentences_of

HUMAN = "human"
JUDGING, WARMING_UP = "judging", "trying the voices"
#: What every sentence takes beside what its length asks for, in letters.
_EACH = 25


@dataclass(frozen=True)
class SystemOutput:
    """A sentence as a system said it.

    Attributes:
        waveform: float32 (samples,), mono.
        sample_rate: in Hz.
        took_s: how long the work took; None where there was none.
    """

    waveform: np.ndarray
    sample_rate: int = SAMPLE_RATE
    took_s: float | None = None

    def at(self, sample_rate: int) -> np.ndarray:
        """The waveform, resampled."""
        return soxr.resample(self.waveform, self.sample_rate, sample_rate)


#: Turns a sentence into a SystemOutput; None where the system cannot say it. Raises ScriptError where no system could.
System = Callable[[Sentence], SystemOutput | None]


@dataclass(frozen=True)
class LeftOut:
    """A sentence that was not judged, and why."""

    id: str
    text: str
    reason: str


@dataclass(frozen=True)
class Evaluation:
    """How good voices are on the same sentences.

    Attributes:
        voice, dataset: what was judged, on what; names for people.
        language: an espeak language code.
        recogniser: who heard the words; None where nobody could.
        folder: where the report and the sound lie.
        sentences: those that were judged, in the order of the dataset or file.
        rows: the human, where there are recordings, then the systems.
        left_out: sentences that could not be said.
        notes: what a person should know before believing the figures.
        caveats: what a person should know of how the voice was made.
        self_similarity: of the speaker's recordings with one another; see Metrics.
    """

    voice: str
    dataset: str
    language: str
    recogniser: str | None
    folder: Path
    sentences: tuple[Sentence, ...]
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    self_similarity: float | None = None

    @property
    def title(self) -> str:
        count = len(self.sentences)
        return f"{self.voice} on {count} sentence{'s' if count > 1 else ''} of {self.dataset}"

    def row(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.name == name), None)


def timed(work: Callable[[], np.ndarray], sample_rate: int = SAMPLE_RATE) -> SystemOutput:
    """What `work` makes, and how long it took."""
    start = time.perf_counter()
    waveform = work()
    return SystemOutput(waveform, sample_rate, time.perf_counter() - start)


def human(sentence: Sentence) -> SystemOutput | None:
    """The person's own recording, as a system. Raises DatasetError when it is damaged."""
    return read_recording(sentence.human) if sentence.human else None


def read_recording(path: Path) -> SystemOutput:
    """A recording of a dataset. Raises DatasetError when it is missing or damaged."""
    try:
        return SystemOutput(*soundfile.read(path, dtype="float32"))
    except (soundfile.LibsndfileError, OSError) as error:
        raise DatasetError(f"{path} is missing or damaged; run voicekit prepare again") from error


def compare(
    sentences: tuple[Sentence, ...],
    systems: dict[str, System],
    metrics: Metrics,
    folder: Path,
    *,
    voice: str,
    dataset: str,
    notes: tuple[str, ...] = (),
    caveats: tuple[str, ...] = (),
    pictured: tuple[str, ...] = (),
    reporter: Reporter = SILENT,
) -> Evaluation:
    """Has every system say every sentence.

    Args:
        systems: by the name of their row. The others are measured against the one called HUMAN, where it says a sentence.
        folder: for `wavs/` and `pictures/`.
        voice, dataset, notes, caveats: see Evaluation; the metrics' own notes are added.
        pictured: the rows to draw a spectrogram of, one picture a sentence.

    Raises:
        DatasetError: none of the sentences can be spoken.
        VoicekitError: the folder cannot be written to.
    """
    with reporter.during(WARMING_UP):
        _warm_up(sentences[0], systems)
    scores: dict[str, list[Score]] = {name: [] for name in systems}
    said, left_out = [], []
    total = sum(map(_work_on, sentences))
    for sentence in reporter.track(sentences, JUDGING, total, _work_on):
        try:
            n_phones = _count_phones(sentence.text, metrics.language)
            takes = {name: _tidied(take) for name, system in systems.items() if (take := system(sentence))}
        except ScriptError as error:
            left_out.append(LeftOut(sentence.id, sentence.text, str(error)))
            continue
        said.append(sentence)
        theirs = analyse(takes[HUMAN].at(SAMPLE_RATE)) if HUMAN in takes else None
        for name, take in takes.items():
            scores[name].append(_score(sentence, name, take, theirs, metrics, n_phones))
            write_wav(folder / scores[name][-1].wav, [take.waveform], take.sample_rate)
        panels = {name: (takes[name].waveform, takes[name].sample_rate) for name in pictured if name in takes}
        if panels:
            draw_spectrograms(picture_path(folder, sentence.id), panels)
    if not said:
        raise DatasetError(f"none of the {len(sentences)} sentences can be judged: {left_out[0].reason}")
    rows = tuple(Row(name, tuple(scored)) for name, scored in scores.items() if scored)
    if _is_busy():
        notes = (*notes, "the machine was busy with other work: RTF is higher than it would be alone")
    return Evaluation(
        voice=voice,
        dataset=dataset,
        language=metrics.language,
        recogniser=metrics.recogniser,
        folder=folder,
        sentences=tuple(said),
        rows=rows,
        left_out=tuple(left_out),
        notes=(*metrics.notes, *notes),
        caveats=caveats,
        self_similarity=metrics.self_similarity,
    )


def _work_on(sentence: Sentence) -> float:
    """How much work a sentence is beside others: that of each, and of its length."""
    return _EACH + len(sentence.text)


def picture_path(folder: Path, sentence_id: str) -> Path:
    return folder / "pictures" / f"{sentence_id}.png"


def _is_busy() -> bool:
    """Whether others want the cores too; unknown, and so no, on Windows."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1) + 1


def _warm_up(sentence: Sentence, systems: dict[str, System]) -> None:
    """Has everything loaded before it is timed."""
    for system in systems.values():
        with suppress(ScriptError):
            system(sentence)


def _count_phones(text: str, language: str) -> int:
    """How many phones there are to say. Raises ScriptError when there are none."""
    count = 0
    for sentence in sentences_of(text, language):
        with suppress(ScriptError):  # nothing but signs
            count += sum(symbol not in BOUNDARIES for symbol in phonemise(sentence.text, language).symbols)
    if count == 0:
        raise ScriptError(f"there is nothing to pronounce in “{text[:60]}”; write words")
    return count


def _tidied(take: SystemOutput) -> SystemOutput:
    """As a sound file would hold it, and never nothing at all: a voice that came apart is judged as one would hear it."""
    waveform = np.nan_to_num(take.waveform, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1, 1).astype(np.float32)
    missing = max(take.sample_rate // 5 - len(waveform), 0)
    return SystemOutput(np.pad(waveform, (0, missing)), take.sample_rate, take.took_s)


def _score(
    sentence: Sentence, name: str, take: SystemOutput, theirs: Acoustics | None, metrics: Metrics, n_phones: int
) -> Score:
    judgement = metrics.judge(take.at(METRICS_RATE), sentence.text)
    ours = analyse(take.at(SAMPLE_RATE))
    figures = judgement.figures | manner(ours, n_phones)
    if theirs and name != HUMAN:
        figures |= distance(ours, theirs)
    if take.took_s is not None:
        figures["rtf"] = Figure(take.took_s, len(take.waveform) / take.sample_rate)
    file_name = re.sub(r"[^\w-]+", "-", name)
    return Score(sentence.id, figures, judgement.heard, f"wavs/{sentence.id}.{file_name}.wav")
