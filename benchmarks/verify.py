"""How well faults of speech are found: python benchmarks/verify.py [DATA] [--voice base] [--every N] [--asr-model FOLDER]

Recordings of people (Kathleen, LJ Speech, VCTK, LibriSpeech test-other) and a voice saying the same texts and others, once
as they are and once for each fault that is made in them, at times that the aligner finds. `refused`: how many were; of those
without a fault these are false alarms. `named`: in how many the word was named. Kerstin's German at the end.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from sound import DATA

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE
from voicekit.media import load_audio
from voicekit.recognition.sphinx import Aligner
from voicekit.recognition.verify import LoadAsr, verify
from voicekit.recognition.whisper import Whisper
from voicekit.speech.engine import Engine, Speech
from voicekit.speech.voices import find_voice, load_engine
from voicekit.text.phonemes.phonemise import phonemise

WRITTEN_OTHERWISE = (
    "Dr. Smith paid $5 for 3 apples on May 3rd, 1987.",
    "The FBI and the CIA met at 10:30 in Washington, D.C.",
    "About 45% of the 1,250 people left before noon.",
    "Mr. and Mrs. Jones live at 221B Baker Street.",
    "Professor McGonagall and Hermione Granger walked to Hogwarts.",
    "Nguyen and O'Brien flew from Reykjavik to Kuala Lumpur.",
    "She said that that was that.",
    "King Henry VIII had six wives.",
    "The museum opens at 9 a.m. and closes at 5 p.m.",
    "Ms. Li's e-mail arrived on 12/24/2020.",
    "The lights come on.",
    "No.",
)
SHORT = 3  # a word of so many phones or fewer is hard to miss

Said = tuple[str, str, Speech]  # text, language, how it was said
Span = tuple[int, int]  # samples


def read(data: Path) -> dict[str, list[Said]]:
    """Corpus → what people said in it; of Kathleen one sentence in ten."""
    kathleen, kerstin, lj = (data / name for name in ("kathleen", "kerstin", "ljspeech"))
    vctk, libri = data / "vctk", data / "librispeech" / "test-other"
    found = {
        "Kathleen": [(kathleen / "wavs" / f"{row[0]}.flac", row[1]) for row in _rows(kathleen / "metadata.csv")[::10]],
        "LJ Speech": [(lj / "wavs" / f"{row[0]}.flac", row[1]) for row in _rows(lj / "metadata.csv")],
        "VCTK": [(vctk / row[0][:4] / f"{row[0]}.wav", row[1]) for row in _rows(vctk / "transcripts.tsv", "\t")],
        "LibriSpeech": [(libri / f"{row[0]}.flac", row[-1]) for row in _rows(libri / "metadata.csv")],
        "Kerstin": [(kerstin / "wavs" / f"{row[0]}.flac", row[1]) for row in _rows(kerstin / "metadata.csv")],
    }
    return {
        name: [
            (text, "de" if name == "Kerstin" else "en-us", Speech(load_audio(path, SAMPLE_RATE)[0], SAMPLE_RATE))
            for path, text in takes
            if path.is_file()
        ]
        for name, takes in found.items()
    }


def speak(engine: Engine, texts: list[str]) -> list[Said]:
    return [(text, "en-us", engine.synthesize(text)) for text in [*texts, *WRITTEN_OTHERWISE]]


def _rows(path: Path, separator: str = "|") -> list[list[str]]:
    return [line.split(separator) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def faults(said: Said, aligner: Aligner, rng: random.Random) -> Iterator[tuple[str, np.ndarray, frozenset[int]]]:
    """(kind, what is heard then, the places of the words it happened to); none where the text cannot be aligned."""
    text, language, speech = said
    phonemes, wave = phonemise(text, language), speech.waveform
    alignment = aligner.align(wave, phonemes)
    if alignment is None or len(phonemes.words) < 5:
        return
    edges = np.concatenate(([0], np.cumsum(alignment.durations))) * HOP_LENGTH
    # Only words that are written and said as one: half of "$5" is another matter.
    words = [
        (int(edges[first]), int(edges[last]), last - first, frozenset(places))
        for (_, first, last), places in zip(phonemes.words, phonemes.written, strict=True)
        if len(places) == 1
    ]
    groups = {"long": [w for w in words if w[2] > SHORT], "short": [w for w in words if w[2] <= SHORT]}
    for size, members in groups.items():
        if not members:
            continue
        begin, end, _, places = rng.choice(members)
        yield f"a {size} word cut out", joined(wave[:begin], wave[end:]), places
        yield f"a {size} word silent", joined(wave[:begin], np.zeros(end - begin), wave[end:]), places
        yield f"a {size} word twice", joined(wave[:end], wave[begin:]), places
        others = [w for w in groups["long"] if w[3] != places]
        if others:
            other = rng.choice(others)
            yield f"another for a {size} word", joined(wave[:begin], wave[other[0] : other[1]], wave[end:]), places
    begin, end, _, places = words[-1]
    yield "the last word cut off", wave[:begin], places
    yield "70 % of the last word cut off", wave[: begin + 3 * (end - begin) // 10], places
    half = len(wave) // 2
    yield "the second half silent", joined(wave[:half], np.zeros(len(wave) - half)), places
    third = words[min(2, len(words) - 1)]
    yield "the first words cut off", wave[third[0] :], words[0][3]


def joined(*pieces: np.ndarray, fade_s: float = 0.005) -> np.ndarray:
    """Pieces one after another, each faded into the next, so that no click gives the cut away."""
    whole = pieces[0].astype(np.float32)
    for piece in pieces[1:]:
        n = min(round(fade_s * SAMPLE_RATE), len(whole), len(piece))
        ramp = np.linspace(0, 1, n, dtype=np.float32)
        mixed = whole[len(whole) - n :] * (1 - ramp) + piece[:n] * ramp
        whole = np.concatenate((whole[: len(whole) - n], mixed, piece[n:])).astype(np.float32)
    return whole


def judge(
    takes: list[Said], aligner: Aligner, every: int, show_alarms: bool, asr: LoadAsr | None
) -> tuple[dict[str, list[int]], float]:
    """Kind → [how many, refused, named], and the seconds of work for a second of speech."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    work_s = heard_s = 0.0
    rng = random.Random(0)
    for number, said in enumerate(takes):
        text, language, speech = said
        made = faults(said, aligner, rng) if every and number % every == 0 else ()
        for kind, wave, places in [("no fault", speech.waveform, frozenset()), *made]:
            began = time.process_time()
            verdict = verify(wave, SAMPLE_RATE, text, language, asr=asr if language == "en-us" else None)
            work_s += time.process_time() - began
            heard_s += len(wave) / SAMPLE_RATE
            named = bool(places & {*verdict.dropped, *verdict.repeated})
            counts[kind] = [a + b for a, b in zip(counts[kind], (1, not verdict.ok, named), strict=True)]
            if show_alarms and kind == "no fault" and not verdict.ok:
                print(f"  {text}\n    {verdict.describe()}")
    return counts, work_s / heard_s


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
@click.option("--voice", help="Name or folder of a voice.  [default: the newest]")
@click.option("--every", default=1, help="Make faults in one sentence of so many; 1 takes half an hour, 0 makes none.")
@click.option("--alarms", is_flag=True, help="Print what was refused without a fault.")
@click.option("--asr-model", type=click.Path(path_type=Path), help="Whisper's weights, which hear again what was refused.")
def main(data: Path, voice: str | None, every: int, alarms: bool, asr_model: Path | None) -> None:
    aligner, people = Aligner(), read(data)
    asr = cache(partial(Whisper, "en-us", asr_model)) if asr_model else None
    texts = list(dict.fromkeys(text for name in ("Kathleen", "LJ Speech", "VCTK") for text, _, _ in people[name]))
    speakers = {"the voice": speak(load_engine(find_voice(voice), "cpu"), texts)} | people
    table = Table("refused (named) of", *speakers, box=None)
    found = {name: judge(takes, aligner, every, alarms, asr) for name, takes in speakers.items()}
    for kind in found["the voice"][0]:
        cells = (counts.get(kind, [0, 0, 0]) for counts, _ in found.values())
        table.add_row(kind, *(f"{refused} ({named}) of {n}" for n, refused, named in cells))
    table.add_row("work for a second of speech, s", *(f"{work:.3f}" for _, work in found.values()))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
