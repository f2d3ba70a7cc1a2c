"""Voices of several engines beside the human, in one table of one run, on held-out sentences.

    OMP_NUM_THREADS=1 taskset -c 0 python benchmarks/engines.py DATASET --voice base --voice kokoro:af_heart
        --voice piper:en_US-joe-medium --keep FOLDER [--sentences 40] [--asr-model …]

Likeness is to what the same voice says otherwise: each of these speaks as somebody else. Work is processor time for a second
of speech, on which other programs have little influence, RTF the clock's; both of a loaded voice, and kept with what it said
and how that was judged. First sound and memory are measured in each run: cold is a fresh `voicekit say`, warm a loaded
voice as in `voicekit serve`, in brackets their processor time until then. An engine's own process counts in all of these.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import soundfile
from processes import Family
from rich.console import Console
from rich.table import Table

from voicekit.core.errors import VoicekitError
from voicekit.evaluation import report
from voicekit.evaluation.compare import HUMAN, SystemOutput, human
from voicekit.evaluation.figures import COLUMNS, Figure, Row, Score
from voicekit.evaluation.likeness import Likeness, load_resemblyzer
from voicekit.evaluation.material import Sentence, choose
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.speech.engine import Engine
from voicekit.speech.voices import Voice, find_voice, load_engine

_SHOWN = ("wer", "p808", "ovrl", "bak")
_SHORT = "The lights come on."
_HEADER_BYTES = 44
#: First sounds are measured so often; the median is told.
_TRIES = 3


@dataclass(frozen=True)
class Speaker:
    """A voice, loaded when it is first to speak."""

    voice: Voice

    @cached_property
    def engine(self) -> Engine:
        engine = load_engine(self.voice, "cpu")
        engine.synthesize(_SHORT)
        return engine

    def say(self, sentence: Sentence) -> tuple[SystemOutput, float]:
        """A sentence, and the processor time that it took."""
        engine, family = self.engine, Family()
        start_s, busy_s = time.perf_counter(), family.busy_s()
        speech = engine.synthesize(sentence.text)
        took_s, worked_s = time.perf_counter() - start_s, family.busy_s() - busy_s
        return SystemOutput(speech.waveform, speech.sample_rate, took_s), worked_s

    def first_sound(self) -> tuple[float, float]:
        """Seconds until a loaded voice has said a short sentence, each time another take: none may be remembered; and its
        processor time: medians."""
        tries, family = [], Family()
        for seed in range(1, _TRIES + 1):
            start_s, busy_s = time.perf_counter(), family.busy_s()
            next(self.engine.stream(_SHORT, seed=seed))
            tries.append((time.perf_counter() - start_s, family.busy_s() - busy_s))
        return _medians(tries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--voice", action="append", required=True, help="name or folder; any number of times")
    parser.add_argument("--keep", type=Path, required=True, help="folder for what is spoken, and its figures")
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--asr-model", type=Path, help="folder of the weights of Whisper, which hears the words")
    arguments = parser.parse_args()

    speakers, notes = [], []
    for name in arguments.voice:
        try:
            speakers.append(Speaker(find_voice(name)))
        except VoicekitError as error:
            notes.append(f"{name} is left out: {error}")
    language = speakers[0].voice.language
    material = choose(arguments.dataset, arguments.sentences, language)
    metrics = Metrics(language, asr_model=arguments.asr_model)
    table = Table("voice", "engine", *(column.title for column in _columns()), "likeness", "work", "RTF",
                  "first sound cold, s", "warm, s", "memory, MB", box=None, pad_edge=False)  # fmt: skip
    table.add_row(HUMAN, "", *_judged(_row(HUMAN, None, material.sentences, metrics, arguments.keep)))
    for speaker in speakers:
        row = _row(speaker.voice.name, speaker, material.sentences, metrics, arguments.keep)
        speed = (f"{estimate.value:.3f}" for key in ("work", "rtf") if (estimate := row.estimate(key)))
        command = [sys.executable, "-m", "voicekit", "say", _SHORT, "-o", "-", "--voice", speaker.voice.name]
        first = ("{:.1f} ({:.2f})".format(*sound) for sound in (_cold(command), speaker.first_sound()))
        table.add_row(row.name, speaker.voice.engine, *_judged(row), *speed, *first, _memory(command))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
    console.print(table, markup=False)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    for line in (*metrics.notes, *notes, f"load of the machine: {os.getloadavg()[0]:.1f}; cores of this program: {cores}"):
        console.print(line, markup=False, soft_wrap=True)


def _row(name: str, speaker: Speaker | None, sentences: tuple[Sentence, ...], metrics: Metrics, keep: Path) -> Row:
    """All sentences by a voice, or the human, judged; what has been is read from `keep`."""
    folder = keep / name.replace(":", "-")
    folder.mkdir(parents=True, exist_ok=True)
    scores = []
    for sentence in sentences:
        wav, figures = folder / f"{sentence.id}.wav", folder / f"{sentence.id}.json"
        if not figures.is_file():
            said, worked_s = speaker.say(sentence) if speaker else (human(sentence), None)
            assert said, "each sentence of a dataset has its recording"
            soundfile.write(wav, said.waveform, said.sample_rate, subtype="FLOAT")
            judged = metrics.judge(said.at(METRICS_RATE), sentence.text).figures
            for key, took_s in (("rtf", said.took_s), ("work", worked_s)):
                if took_s is not None:
                    judged[key] = Figure(took_s, len(said.waveform) / said.sample_rate)
            figures.write_text(json.dumps({key: [figure.total, figure.per] for key, figure in judged.items()}))
        read = {key: Figure(*value) for key, value in json.loads(figures.read_text()).items()}
        scores.append(Score(sentence.id, read, None, str(wav)))
    return Row(name, tuple(scores))


def _columns():
    return [column for key in _SHOWN for column in COLUMNS if column.key == key]


def _judged(row: Row) -> tuple[str, ...]:
    return (*(report.shown(row, column) for column in _columns()), f"{_likeness(row):.3f}")


def _likeness(row: Row) -> float:
    """How much each sentence sounds like the others of the same voice: mean cosine of its embedding and theirs."""
    heard = [SystemOutput(*soundfile.read(score.wav, dtype="float32")) for score in row.scores]
    return Likeness(load_resemblyzer(), [one.at(METRICS_RATE) for one in heard]).self_similarity or 0.0


def _cold(command: list[str]) -> tuple[float, float]:
    """Seconds until a fresh program is heard, and its processor time until then: medians."""
    return _medians([_heard(command) for _ in range(_TRIES)])


def _medians(tries: list[tuple[float, float]]) -> tuple[float, float]:
    took_s, worked_s = map(statistics.median, zip(*tries, strict=True))
    return took_s, worked_s


def _heard(command: list[str]) -> tuple[float, float]:
    start_s = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        family = Family(process.pid)
        came = process.stdout.read(_HEADER_BYTES + 1)
        heard_s, busy_s = time.perf_counter() - start_s, family.busy_s()
        process.stdout.read()
    if process.returncode or len(came) <= _HEADER_BYTES:
        sys.exit(f"failed: {' '.join(command)}")
    return heard_s, busy_s


def _memory(command: list[str]) -> str:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        return f"{Family(process.pid).peak_mb():.0f}"


if __name__ == "__main__":
    main()
