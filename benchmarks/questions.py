"""Do questions rise? F0 at the ends of ten yes/no questions, ten wh-questions and ten statements, in semitones.

    python benchmarks/questions.py [--voice base]

Measured on the sound itself, with Praat's F0, over the voiced part of the last word: `slope` is that of a line fitted to
it, `movement` the last 60 ms against the first 60 ms.
"""

import argparse

import numpy as np
from rich.console import Console
from rich.table import Table

from voicekit.audio.features import HOP_LENGTH, SAMPLE_RATE, f0
from voicekit.speech.engine import Speech
from voicekit.speech.voices import find_voice, load_engine

SENTENCES = {
    "yes/no questions": (
        "Is it raining?",
        "Did you see the water?",
        "Are they coming home tomorrow?",
        "Can you hear me?",
        "Have you read the letter?",
        "Would you like some more?",
        "Is this your brother's house?",
        "Do you know the way to the station?",
        "Has the train already left?",
        "Will she remember the number?",
    ),
    "wh-questions": (
        "Where are you going?",
        "What did she say?",
        "Why are they late?",
        "Who opened the window?",
        "When does the train leave?",
        "How many people came?",
        "Which road did you take?",
        "What is the name of the river?",
        "Whose coat is this?",
        "How do you know the number?",
    ),
    "statements": (
        "It is raining.",
        "You saw the water.",
        "They are coming home tomorrow.",
        "I can hear you.",
        "She has read the letter.",
        "We would like some more.",
        "This is my brother's house.",
        "He knows the way to the station.",
        "The train has already left.",
        "She will remember the number.",
    ),
}
EDGE = 6  # frames of 10.7 ms


def final_f0(speech: Speech) -> np.ndarray:
    """F0 of the last word from its first voiced frame on, in semitones above 100 Hz, gaps closed by lines."""
    track = f0(speech.waveform)
    start = int(speech.words[-1].start_s * SAMPLE_RATE / HOP_LENGTH)
    voiced = start + np.flatnonzero(track[start:] > 0)
    frames = np.arange(voiced[0], voiced[-1] + 1)
    return 12 * np.log2(np.interp(frames, voiced, track[voiced]) / 100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice")
    parser.add_argument("--each", action="store_true", help="print every sentence")
    arguments = parser.parse_args()
    engine = load_engine(find_voice(arguments.voice), "cpu")
    table = Table("", "movement, semitones", "slope, semitones/s", "rising", title="F0 of the last word")
    for kind, sentences in SENTENCES.items():
        tracks = [final_f0(engine.synthesize(sentence)) for sentence in sentences]
        movements = [track[-EDGE:].mean() - track[:EDGE].mean() for track in tracks]
        slopes = [np.polyfit(np.arange(len(t)) * HOP_LENGTH / SAMPLE_RATE, t, 1)[0] for t in tracks]
        for sentence, movement in zip(sentences, movements if arguments.each else (), strict=False):
            print(f"{movement:+5.1f}  {sentence}")
        rising = sum(movement > 1 for movement in movements)
        table.add_row(kind, f"{np.mean(movements):+.1f}", f"{np.mean(slopes):+.1f}", f"{rising} of {len(tracks)}")
    Console().print(table)


if __name__ == "__main__":
    main()
