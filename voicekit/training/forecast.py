"""What to expect of a training before it starts: whether there is enough, how long it takes, how good the voice will be."""

from pathlib import Path

from voicekit.core.errors import DatasetError
from voicekit.core.wording import length_of_time
from voicekit.dataset.manifest import speech_minutes
from voicekit.training.calibration import MOST_UTTERANCES
from voicekit.training.calibration import TASK as COMPARING
from voicekit.training.settings import TrainConfig
from voicekit.training.tasks import TITLES

#: Seconds of speech that a voice takes at least: with less there are sounds of the language that nobody ever said.
LEAST_S = 10.0
#: Minutes of recordings below which a clone is a sketch, and from which more of them help little. Measured in
#: runs 14 to 16 of recipes/RUNS.md.
LITTLE, ENOUGH = 1.0, 30.0
#: What phases take for an utterance on two CPU cores, and how much longer than its minutes of training a task takes for its
#: checks and samples.
_ALIGNING_S, _COMPARING_S, _JUDGING_S = 0.2, 0.7, 3.0
_WITH_CHECKS = 1.08
#: What is promised rests on these: fewer minutes, a slower machine or a busy one (training.processor) make fewer steps.
_QUICK_MEASURED = "measured on seven speakers, in 2.3 minutes of training on two idle CPU cores"
_MEASURED = "measured on two speakers, in 14 minutes of training on two idle CPU cores"


def check_enough(datasets: list[Path]) -> None:
    """Raises DatasetError where there is too little speech to make a voice of."""
    speech_s = 60 * speech_minutes(datasets)
    if speech_s < LEAST_S:
        named = " and ".join(map(str, datasets))
        raise DatasetError(
            f"{named} holds {speech_s:.1f} s of speech to learn from, and a voice takes {LEAST_S:.0f} s at least, better a"
            " minute: record more into the same folder, and run the same voicekit prepare again"
        )


def phases(config: TrainConfig, n_utterances: int, n_judged: int = 0) -> dict[str, float]:
    """Seconds that each phase of a training takes, about, by words in the names of its tasks; see Reporter.expect."""
    learning = {TITLES[name]: _WITH_CHECKS * 60 * task.minutes for name, task in config.tasks.items() if task.minutes}
    return {
        "aligning": _ALIGNING_S * n_utterances,
        **learning,
        COMPARING: _COMPARING_S * min(n_utterances, MOST_UTTERANCES),
        "judging": _JUDGING_S * n_judged,
    }


def forecast(speech_minutes: float, config: TrainConfig, expected_s: float) -> list[str]:
    """Lines for the person, before `config` is trained on so many minutes of speech; all of it takes `expected_s`."""
    quick = config.trainable == "speaker"
    if speech_minutes < LITTLE:
        promise = "very little. Expect a resemblance, no more; record a minute at least, 30 minutes for a likeness"
        if not quick and config.base != "none":
            promise += ". Of so little a quick voice is the safer one: voicekit train --quick"
    elif quick:
        promise = f"expect a resemblance, about 0.08 below the recordings in speaker similarity, {_QUICK_MEASURED}"
    elif speech_minutes < ENOUGH:
        promise = f"expect a good likeness, about 0.03 below the recordings in speaker similarity, {_MEASURED}"
    else:
        promise = (
            f"enough for a likeness: 0.03 below the recordings in speaker similarity, {_MEASURED}, with 11 minutes of speech"
        )
    return [
        f"It takes about {length_of_time(expected_s)}, less where the voice settles earlier."
        " Ctrl-C stops it; the same command goes on.",
        f"{length_of_time(60 * speech_minutes)} of speech: {promise}.",
    ]
