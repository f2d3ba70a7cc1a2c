"""What to expect of a training before it starts: whether there is enough, how long it takes, how good the voice will be."""

from pathlib import Path

from voicekit.core.errors import DatasetError
from voicekit.dataset.manifest import speech_minutes
from voicekit.training.settings import TrainConfig

#: Seconds of speech that a voice takes at least: with less there are sounds of the language that nobody ever said.
LEAST_S = 10.0
#: Minutes of recordings below which a clone is a sketch, and from which more of them help little. What is promised was
#: measured on seven speakers (quick), on Kerstin and on Kathleen: runs 14 to 16 of recipes/RUNS.md.
LITTLE, ENOUGH = 1.0, 30.0


def check_enough(datasets: list[Path]) -> None:
    """Raises DatasetError where there is too little speech to make a voice of."""
    speech_s = 60 * speech_minutes(datasets)
    if speech_s < LEAST_S:
        named = " and ".join(map(str, datasets))
        raise DatasetError(
            f"{named} holds {speech_s:.1f} s of speech to learn from, and a voice takes {LEAST_S:.0f} s at least, better a"
            " minute: record more into the same folder, and run the same voicekit prepare again"
        )


def forecast(speech_minutes: float, config: TrainConfig) -> list[str]:
    """Lines for the person, before `config` is trained on so many minutes of speech."""
    said = f"{speech_minutes:.0f} minutes" if speech_minutes >= 2 else f"{60 * speech_minutes:.0f} seconds"
    quick = config.trainable == "speaker"
    if speech_minutes < LITTLE:
        promise = "very little. Expect a resemblance, no more; record a minute at least, 30 minutes for a likeness"
        if not quick and config.base != "none":
            promise += ". Of so little a quick voice is the safer one: voicekit train --quick"
    elif quick:
        promise = "expect a resemblance, about 0.08 below the recordings in speaker similarity"
    elif speech_minutes < ENOUGH:
        promise = "expect a good likeness, about 0.03 below the recordings in speaker similarity"
    else:
        promise = "enough for a likeness; 0.03 below the recordings in speaker similarity was measured with 11 minutes"
    return [
        f"It takes at most {config.minutes:.3g} minutes, less where the voice settles earlier."
        " Ctrl-C stops it; the same command goes on.",
        f"{said} of speech: {promise}.",
    ]
