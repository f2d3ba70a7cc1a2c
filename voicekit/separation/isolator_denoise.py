"""Removes noise as far as it is heard, with the isolator."""

from functools import partial
from pathlib import Path

from voicekit.audio.denoise.noise import Reduction, denoised
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Sound
from voicekit.separation.speech_separator import load_speech_separator, separated_speech

#: The noise comes down by more than one dB for every dB that is missing, because audible noise is worth removing, but by no
#: more than leaves the voice whole.
REDUCTION = Reduction(clean_snr_db=26.0, slope=2.5, max_db=20.0)


def denoise(sound: Sound, reduction_db: float | None = None, model: Path | None = None) -> Treatment:
    """Takes the noise down by `reduction_db`; None for as much as the recording needs, which may be nothing.

    Args:
        model: the folder of an isolator of your own.
    """
    return denoised(sound, partial(separated_speech, separator=load_speech_separator(model)), REDUCTION, reduction_db)
