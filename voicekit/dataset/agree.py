"""Whether a text is what is said in an utterance."""

from functools import cache

import numpy as np

from voicekit.errors import ScriptError

#: The aligner's mean score a frame. Over the Kathleen and Kerstin recordings the right texts score above −23 in English
#: and −44 in German (whose sounds the English aligner knows less well); wrong texts of the same length mostly fail to
#: align, and score below −31 and −36 where they do. With white noise 8 dB below the speech, right texts stay above −28.
_LOWEST_SCORE = {"en": -28.0}
_LOWEST_SCORE_ELSEWHERE = -50.0
#: Nobody reads aloud slower or faster than this; a short word may be drawn out.
_PHONES_PER_S = (2.0, 28.0)


def disagreement(waveform: np.ndarray, sample_rate: int, text: str, language: str) -> str | None:
    """Why `text` cannot be what is said in a 24 kHz mono `waveform` (samples,); None when it may well be."""
    from voicekit.text.phonemise import phonemise

    try:
        phonemes = phonemise(text, language)
    except ScriptError as error:
        return str(error)
    n_phones = sum(end - start for _, start, end in phonemes.words)
    rate = n_phones / max(len(waveform) / sample_rate - 0.3, 0.3)  # without the margins
    if rate > _PHONES_PER_S[1]:
        return f"the text does not match: it is too long for {len(waveform) / sample_rate:.1f} s of speech"
    if rate < _PHONES_PER_S[0]:
        return f"the text does not match: it is too short for {len(waveform) / sample_rate:.1f} s of speech"
    alignment = _aligner().align(waveform, phonemes)
    lowest = _LOWEST_SCORE.get(language.split("-")[0], _LOWEST_SCORE_ELSEWHERE)
    if alignment is None or alignment.log_likelihood < lowest:
        return "the text does not match what is said"
    return None


@cache
def _aligner():
    from voicekit.dataset.align import Aligner

    return Aligner()
