"""What the tones of a script change of a voice: python benchmarks/tones.py [VOICE]

Sixteen sentences in each tone, measured in the sound that comes out: rate and level as ratio and difference to the neutral
ones, pitch by Praat.
"""

import sys
from pathlib import Path

import numpy as np
import parselmouth
from rich.console import Console
from rich.table import Table

from voicekit.onboarding.demo import SENTENCES
from voicekit.speech.engine import Speech
from voicekit.speech.native import load
from voicekit.speech.voices import built_in_folder
from voicekit.text.script.markup import TONES, marked


def figures(speech: Speech) -> np.ndarray:
    """Words' duration in s, mean and deviation of the pitch in semitones, level in dB."""
    sound = parselmouth.Sound(speech.waveform.astype(float), speech.sample_rate)
    hz = sound.to_pitch_ac(0.01, 75.0, pitch_ceiling=500.0).selected_array["frequency"]
    semitones = 12 * np.log2(hz[hz > 0] / 100)
    hop = speech.sample_rate // 100
    power = np.square(speech.waveform[: len(speech.waveform) // hop * hop].reshape(-1, hop)).mean(1)
    level_db = 10 * np.log10(power[power > 1e-3 * power.max()].mean())
    return np.array([speech.words[-1].end_s - speech.words[0].start_s, semitones.mean(), semitones.std(), level_db])


def main() -> None:
    engine = load(Path(sys.argv[1]) if len(sys.argv) > 1 else built_in_folder())
    table = Table("tone", "rate", "pitch, semitones", "spread of pitch", "level, dB")
    neutral = None
    for tone in TONES:
        made = []
        for sentence in SENTENCES:
            text, marks = marked(f"[{tone}] {sentence}")
            made.append(figures(engine.synthesize(text, marks=marks)))
        seconds, pitch, spread, level = np.mean(made, axis=0)
        neutral = neutral if neutral is not None else (seconds, pitch, spread, level)
        table.add_row(
            tone,
            f"{neutral[0] / seconds:.2f}",
            f"{pitch - neutral[1]:+.1f}",
            f"{spread / neutral[2]:.2f}",
            f"{level - neutral[3]:+.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
