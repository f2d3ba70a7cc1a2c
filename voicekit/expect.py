"""What to expect of a training before it starts: how long it takes, and how good the voice will be."""

from voicekit.config import TrainConfig

#: Minutes of recordings below which a clone is a sketch, and from which more of them help little.
LITTLE, ENOUGH = 1.0, 30.0


def expect(speech_minutes: float, config: TrainConfig) -> list[str]:
    """Lines for the person, before `config` is trained on so many minutes of speech."""
    said = f"{speech_minutes:.0f} minutes" if speech_minutes >= 2 else f"{60 * speech_minutes:.0f} seconds"
    if speech_minutes < LITTLE:
        promise = "very little: expect a resemblance, no more. Record a minute at least, 30 minutes for a likeness"
    elif config.trainable == "speaker":
        promise = "quick clone: expect a resemblance. For a likeness record 30 minutes and leave out --quick"
    elif speech_minutes < ENOUGH:
        promise = "expect a good resemblance; from 30 minutes on it becomes a likeness"
    else:
        promise = "enough for a likeness"
    return [
        f"It takes at most {config.minutes:.0f} minutes. Ctrl-C stops it; the same command goes on.",
        f"{said} of speech: {promise}.",
    ]
