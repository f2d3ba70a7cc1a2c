"""Are the times of the words right? The voice's own beside those that pocketsphinx finds in its sound.

    python benchmarks/words.py [DATA] [--voice base]

Forty texts of Kathleen's. Prints the differences, the voice's time less the aligner's: the median and 95th percentile of
their sizes, and their median with its sign. What both share is not seen: the durations that a voice learns from were found
by the same aligner. It hears every 10 ms, and people put the same edge of a word 10 to 20 ms apart.
"""

from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from sound import DATA

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.recognition.sphinx import Aligner
from voicekit.speech.engine import Speech
from voicekit.speech.voices import find_voice, load_engine
from voicekit.text.phonemes.phonemise import phonemise

SENTENCES = 40
BARS_MS = 60, 120


def texts(data: Path) -> list[str]:
    """Forty texts spread over all of them, each once."""
    lines = (data / "kathleen" / "metadata.csv").read_text(encoding="utf-8").splitlines()
    written = list(dict.fromkeys(line.split("|")[1] for line in lines))
    return written[:: len(written) // SENTENCES][:SENTENCES]


def differences(speech: Speech, text: str, aligner: Aligner) -> np.ndarray | None:
    """(words, 2): the voice's starts and ends less the aligner's, s; None where the sound cannot be aligned."""
    phonemes = phonemise(text)
    alignment = aligner.align(speech.waveform, phonemes)
    if alignment is None or len(phonemes.words) != len(speech.words):
        return None
    edges = np.concatenate(([0], np.cumsum(alignment.durations))) * HOP_LENGTH / SAMPLE_RATE
    heard = np.array([(edges[first], edges[last]) for _, first, last in phonemes.words])
    return np.array([(word.start_s, word.end_s) for word in speech.words]) - heard


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
@click.option("--voice", help="Name or folder of a voice.  [default: the newest]")
def main(data: Path, voice: str | None) -> None:
    engine, aligner = load_engine(find_voice(voice), "cpu"), Aligner()
    found = [differences(engine.synthesize(text), text, aligner) for text in texts(data)]
    aligned = [each for each in found if each is not None]
    off_ms = np.concatenate(aligned) * 1000
    table = Table(
        "", "median, ms", "95th percentile, ms", "offset, ms", f"within {BARS_MS[0]} and {BARS_MS[1]} ms", box=None
    )
    for name, off in zip(("starts", "ends"), off_ms.T, strict=True):
        median, most = np.percentile(abs(off), (50, 95))
        passed = median <= BARS_MS[0] and most <= BARS_MS[1]
        table.add_row(name, f"{median:.0f}", f"{most:.0f}", f"{np.median(off):+.0f}", "yes" if passed else "no")
    Console().print(table)
    print(f"{len(off_ms)} words of {len(aligned)} sentences; {len(found) - len(aligned)} could not be aligned")


if __name__ == "__main__":
    main()
