"""How good and how fast voices are, in one run beside the human and beside others' programs, on held-out sentences.

    python benchmarks/voice.py DATASET [--voice base --voice me …] [--sentences 40]

Rows: the human; each voice's copy-synthesis (human → mel and F0 → its vocoder); Griffin-Lim from the same mels; the voices;
flite and espeak-ng where they are installed. Then the speed of all of them, and of VITS and WORLD where transformers and
pyworld are installed.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from rich.console import Console
from rich.table import Table
from systems import SPEED_ONLY, Missing, espeak_ng, flite, griffin_lim

from voicekit.evaluation import report
from voicekit.evaluation.compare import HUMAN, Evaluation, System, compare, human, read_recording
from voicekit.evaluation.evaluate import COPY, copy_synthesis, speaker
from voicekit.evaluation.figures import Estimate, Figure, estimate
from voicekit.evaluation.material import Sentence, choose
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.evaluation.pictures import draw_spectrograms
from voicekit.speech.voices import Voice, find_voice

#: Of those that nobody judges, so many sentences tell the speed.
_SPEED_SENTENCES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--voice", action="append", help="name or folder; any number of times")
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--asr-model", type=Path, help="folder of the weights of Whisper, which hears the words")
    parser.add_argument("--keep", type=Path, help="folder to write what was judged to, with its figures")
    parser.add_argument("--picture", type=Path, help="PNG file to draw one sentence to, as the human and each voice say it")
    arguments = parser.parse_args()

    voices = [find_voice(name) for name in arguments.voice or [None]]
    language = voices[0].language
    material = choose(arguments.dataset, arguments.sentences, language)
    systems, notes = _systems(voices, language)
    notes.append("MCD counts the bands that systems of less than 24 kHz lack: compare it between our own rows")
    with tempfile.TemporaryDirectory() as scratch:
        evaluation = compare(
            material.sentences,
            systems,
            Metrics(language, (read_recording(path).at(METRICS_RATE) for path in material.recordings), arguments.asr_model),
            arguments.keep or Path(scratch),
            voice=", ".join(voice.name for voice in voices),
            dataset=arguments.dataset.name,
            notes=tuple(notes),
        )
        if arguments.keep:
            report.write_json(evaluation)
        if arguments.picture:
            _draw(arguments.picture, evaluation)

    console = Console(highlight=False)
    console.print(evaluation.title, markup=False)
    for table in (*report.tables(evaluation), _speeds(evaluation, material.sentences[:_SPEED_SENTENCES])):
        console.print()
        console.print(table, markup=False)
    for line in (*evaluation.notes, *(f"left out: “{left.text}”: {left.reason}" for left in evaluation.left_out)):
        console.print(line, markup=False, soft_wrap=True)


def _systems(voices: list[Voice], language: str) -> tuple[dict[str, System], list[str]]:
    """Who is judged, by the name of the row; and who is not there."""
    systems: dict[str, System] = {HUMAN: human}
    systems |= {f"{COPY} {voice.name}": copy_synthesis(voice.folder, "cpu") for voice in voices if voice.engine == "native"}
    systems["Griffin-Lim, 32 iterations"] = griffin_lim
    systems |= {f"voice {voice.name}": speaker(voice, "cpu") for voice in voices}
    notes = []
    for name, program in {"flite slt": flite, "espeak-ng": espeak_ng}.items():
        try:
            systems[name] = program(language)
        except Missing as missing:
            notes.append(f"{name} is left out: {missing}")
    return systems, notes


def _speeds(evaluation: Evaluation, sentences: tuple[Sentence, ...]) -> Table:
    """A line each: seconds of work for a second of speech, with its 95 % interval."""
    table = Table("speed", "RTF", "", box=None, pad_edge=False)
    for row in evaluation.rows:
        rtf = row.estimate("rtf")
        if rtf:
            table.add_row(row.name, f"{rtf.value:.3f}", _interval(rtf))
    for name, build in SPEED_ONLY.items():
        try:
            rtf = estimate(_timed(build(), sentences))
        except Missing as missing:
            table.add_row(name, "", str(missing))
        else:
            table.add_row(name, f"{rtf.value:.3f}", _interval(rtf))
    return table


def _interval(mean: Estimate) -> str:
    return "" if mean.low is None else f"{mean.low:.3f}…{mean.high:.3f}"


def _timed(system: Callable, sentences: tuple[Sentence, ...]) -> list[Figure]:
    system(sentences[0])
    takes = [system(sentence) for sentence in sentences]
    return [Figure(take.took_s, len(take.waveform) / take.sample_rate) for take in takes]


def _draw(path: Path, evaluation: Evaluation) -> None:
    longest = max(evaluation.sentences, key=lambda sentence: len(sentence.text))
    drawn: dict[str, tuple[np.ndarray, int]] = {}
    for row in evaluation.rows:
        if row.name.startswith((HUMAN, COPY, "voice ")):
            wav = next(score.wav for score in row.scores if score.sentence == longest.id)
            drawn[row.name] = soundfile.read(evaluation.folder / wav)
    draw_spectrograms(path, drawn, title=f"“{longest.text}”")


if __name__ == "__main__":
    main()
