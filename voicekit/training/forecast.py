"""What to expect of a training before it starts: how long it takes, and how good the voice will be."""

from voicekit.training.settings import TrainConfig

#: Minutes of recordings below which a clone is a sketch, and from which more of them help little. What is promised was
#: measured on seven speakers (quick), on Kerstin and on Kathleen: runs 14 to 16 of recipes/RUNS.md.
LITTLE, ENOUGH = 1.0, 30.0


def forecast(speech_minutes: float, config: TrainConfig) -> list[str]:
    """Lines for the person, before `config` is trained on so many minutes of speech."""
    said = f"{speech_minutes:.0f} minutes" if speech_minutes >= 2 else f"{60 * speech_minutes:.0f} seconds"
    if speech_minutes < LITTLE:
        promise = "very little. Expect a resemblance, no more; record a minute at least, 30 minutes for a likeness"
    elif config.trainable == "speaker":
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
