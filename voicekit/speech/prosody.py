"""How a sentence's neighbours and its kind shape its melody and the silence before it.

The voice itself was trained on single sentences and says each as if it were alone: a paragraph would sound like a list.
Pitch is in semitones here.
"""

from typing import Literal

import numpy as np

from voicekit.text.phonemes.ipa import is_vowel
from voicekit.text.phonemes.phonemise import Phonemes
from voicekit.text.sentences import Sentence

#: A semitone as a difference of natural logarithms of Hz.
SEMITONE = np.log(2) / 12

#: A paragraph begins higher and ends lower (Lehiste 1975). A sentence's position in it shows mostly at the sentence's
#: beginning (Sluijter & Terken 1993, "Beyond sentence prosody"): there the first sentence is raised by this and the last
#: lowered, less and less towards the sentence's middle. The size is our own choice, a modest one.
PARAGRAPH_ST = 1.0
#: A question that asks for yes or no ends at least this far above its last stressed vowel, other sentences at least this far
#: below.
RISE_ST, FALL_ST = 6.0, 2.0
#: A dip before a rise makes it clearer (L* H-H% in the notation of Pierrehumbert 1980); it covers this many tokens.
DIP_ST, DIP_TOKENS = 2.0, 2
#: No rise ends further above the voice's mean.
TOP_ST = 10.0

#: The boundaries that end a sentence.
SENTENCE_ENDS = (".", "?", "!")

#: The silence that the voice itself leaves at the end of a sentence, about.
OWN_END_S = 0.1
#: The silence between sentences, in addition to that. 120 readers of LibriSpeech pause for 0.38–0.74 s, median 0.51 s,
#: where they pause for more than 0.3 s.
SENTENCE_PAUSE_S, PARAGRAPH_PAUSE_S = 0.36, 0.75
#: The silence between parts of one sentence.
CLAUSE_PAUSE_S = 0.1
#: The pause after a long sentence or paragraph is up to 1.4 and 1.2 times longer (Kazlauskienė & Kalašinskaitė 2020).
LONG_SYLLABLES, LONGER_SENTENCE, LONGER_PARAGRAPH = 30, 1.4, 1.2
#: The pause between two sentences of at most ten syllables is mostly below 0.3 s (Zvonik & Cummins 2003).
SHORT_SYLLABLES, SHORT_PAUSE_S = 10, 0.2


def pause_s(before: Phonemes, after: Phonemes, goes_on: bool, opens: bool) -> float:
    """The silence between two sentences.

    Args:
        goes_on: `after` is the rest of the sentence that `before` began.
        opens: `after` begins a paragraph.
    """
    if goes_on:
        return CLAUSE_PAUSE_S
    n_before, n_after = syllables(before), syllables(after)
    length = min(n_before / LONG_SYLLABLES, 1.0)
    if opens:
        return PARAGRAPH_PAUSE_S * (1 + (LONGER_PARAGRAPH - 1) * length)
    if max(n_before, n_after) <= SHORT_SYLLABLES:
        return SHORT_PAUSE_S
    return SENTENCE_PAUSE_S * (1 + (LONGER_SENTENCE - 1) * length)


def syllables(phonemes: Phonemes) -> int:
    return sum(map(is_vowel, phonemes.symbols))


def paragraph_pitch(sentence: Sentence, n_tokens: int) -> np.ndarray:
    """(n_tokens,) semitones that a sentence's place in its paragraph adds; none where it is the only one."""
    if sentence.place is None:
        return np.zeros(n_tokens)
    at_start = PARAGRAPH_ST * (1 - 2 * sentence.place)
    return at_start * np.clip(1 - 2 * np.arange(n_tokens) / n_tokens, 0, 1)


def final_movement(
    own: np.ndarray, durations: np.ndarray, stresses: tuple[int, ...], mean: float, ending: Literal["rise", "fall"]
) -> np.ndarray:
    """(tokens,) semitones to add so that a sentence rises or falls from its last stressed vowel on; 0 where it does.

    Args:
        own: (tokens,) the pitch that the voice would give each token, in semitones.
        durations: (tokens,) frames.
        mean: of the voice's pitch, in semitones.
    """
    stressed = [token for token, stress in enumerate(stresses) if stress]
    if not stressed:
        return np.zeros(len(own))
    start = stressed[-1]
    begins, middles = np.cumsum(durations) - durations, np.cumsum(durations) - durations / 2
    whole = begins[-1] - begins[start]  # up to the boundary that ends the sentence
    gone = np.clip((middles - begins[start]) / max(whole, 1), 0, 1)
    if ending == "rise":
        wanted = own[start] + gone * max(min(RISE_ST, mean + TOP_ST - own[start]), 0)
        extra = np.where(np.arange(len(own)) >= start, np.maximum(wanted - own, 0), 0.0)
        if extra.any():
            extra[max(start - DIP_TOKENS, 0) : start] = -DIP_ST
        return extra
    return np.where(np.arange(len(own)) >= start, np.minimum(own[start] - gone * FALL_ST - own, 0), 0.0)
