"""Voices of several engines beside the human, in one table of one run, on held-out sentences.

    python benchmarks/engines.py DATASET --voice base --voice kokoro:af_heart --keep FOLDER [--sentences 40] [--asr-model …]

Likeness is to what the same voice says otherwise: each of these speaks as somebody else. RTF is seconds of one core's work
for a second of speech, so that other work on the machine does not count; for an engine in a process of its own it is the
clock's. First sound and memory are those of a fresh `voicekit say`. What was spoken and judged is kept.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table

from voicekit.core.errors import VoicekitError
from voicekit.engines.catalogue import CATALOGUE
from voicekit.evaluation import report
from voicekit.evaluation.compare import HUMAN, System, SystemOutput, human
from voicekit.evaluation.figures import COLUMNS, Figure, Row, Score
from voicekit.evaluation.material import Sentence, choose
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.speech.voices import Voice, find_voice, load_engine

_SHOWN = ("wer", "p808", "ovrl", "bak")
_SHORT = "The lights come on."
_HEADER_BYTES = 44


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--voice", action="append", required=True, help="name or folder; any number of times")
    parser.add_argument("--keep", type=Path, required=True, help="folder for what is spoken, and its figures")
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--asr-model", type=Path, help="folder of the weights of Whisper, which hears the words")
    arguments = parser.parse_args()

    voices, notes = [], []
    for name in arguments.voice:
        try:
            voices.append(find_voice(name))
        except VoicekitError as error:
            notes.append(f"{name} is left out: {error}")
    language = voices[0].language
    material = choose(arguments.dataset, arguments.sentences, language)
    metrics = Metrics(language, asr_model=arguments.asr_model)
    systems = {HUMAN: human} | {voice.name: _speaker(voice) for voice in voices}
    rows = [_row(name, system, material.sentences, metrics, arguments.keep) for name, system in systems.items()]
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
    console.print(_table(rows, voices), markup=False)
    for line in (*metrics.notes, *notes, f"load of the machine: {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"):
        console.print(line, markup=False, soft_wrap=True)


def _speaker(voice: Voice) -> System:
    """A voice as a system, loaded when it is first to speak."""
    loaded: list = []
    clock = time.perf_counter if CATALOGUE.get(voice.engine) and CATALOGUE[voice.engine].requirements else time.process_time

    def speak(sentence: Sentence) -> SystemOutput:
        if not loaded:
            loaded.append(load_engine(voice, "cpu"))
            loaded[0].synthesize(_SHORT)
        start_s = clock()
        speech = loaded[0].synthesize(sentence.text)
        return SystemOutput(speech.waveform, speech.sample_rate, clock() - start_s)

    return speak


def _row(name: str, system: System, sentences: tuple[Sentence, ...], metrics: Metrics, keep: Path) -> Row:
    """All sentences by one system, judged; what has been is read from `keep`."""
    folder = keep / name.replace(":", "-")
    folder.mkdir(parents=True, exist_ok=True)
    scores = []
    for sentence in sentences:
        wav, figures = folder / f"{sentence.id}.wav", folder / f"{sentence.id}.json"
        if not figures.is_file():
            said = system(sentence)
            assert said, "each of them can say it"
            soundfile.write(wav, said.waveform, said.sample_rate, subtype="FLOAT")
            judged = metrics.judge(said.at(METRICS_RATE), sentence.text).figures
            if said.took_s is not None:
                judged["rtf"] = Figure(said.took_s, len(said.waveform) / said.sample_rate)
            figures.write_text(json.dumps({key: [figure.total, figure.per] for key, figure in judged.items()}))
        read = {key: Figure(*value) for key, value in json.loads(figures.read_text()).items()}
        scores.append(Score(sentence.id, read, None, str(wav)))
    return Row(name, tuple(scores))


def _table(rows: list[Row], voices: list[Voice]) -> Table:
    columns = [column for key in _SHOWN for column in COLUMNS if column.key == key]
    engines = {voice.name: voice.engine for voice in voices}
    table = Table("voice", "engine", *(column.title for column in columns), "likeness", "RTF",
                  "first sound, s", "memory, MB", box=None, pad_edge=False)  # fmt: skip
    for row in rows:
        rtf = row.estimate("rtf")
        cold = _cold(row.name) if row.name in engines else ("", "")
        figures = (*(report.shown(row, column) for column in columns), f"{_likeness(row):.3f}")
        table.add_row(row.name, engines.get(row.name, ""), *figures, f"{rtf.value:.3f}" if rtf else "", *cold)
    return table


def _likeness(row: Row) -> float:
    """How much each sentence sounds like the others of the same voice: mean cosine of its embedding and theirs."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder = VoiceEncoder("cpu", verbose=False)
    heard = [SystemOutput(*soundfile.read(score.wav, dtype="float32")) for score in row.scores]
    embeddings = np.array([encoder.embed_utterance(preprocess_wav(one.at(METRICS_RATE))) for one in heard])
    others = embeddings.sum(axis=0) - embeddings
    cosines = (embeddings * others).sum(axis=1) / np.linalg.norm(others, axis=1) / np.linalg.norm(embeddings, axis=1)
    return float(cosines.mean())


def _cold(voice: str) -> tuple[str, str]:
    """Seconds until a fresh program is heard, and the most memory that it took, in MB."""
    command = [sys.executable, "-m", "voicekit", "say", _SHORT, "-o", "-", "--voice", voice]
    start_s = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        came = process.stdout.read(_HEADER_BYTES + 1)
        heard_s = time.perf_counter() - start_s
        process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or len(came) <= _HEADER_BYTES:
        return "failed", ""
    return f"{heard_s:.1f}", f"{usage.ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    main()
