"""Whether more than one voice is heard in the recordings of one person: an interviewer, a friend, another microphone."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voicekit.audio.features import Features
from voicekit.core.wording import quoted, some
from voicekit.dataset.manifest import Utterance, evenly, features_path
from voicekit.text.script.cue import clock

#: So many utterances tell; they are taken evenly from all.
MOST_HEARD = 240
#: An utterance is heard in up to so many passages of two seconds: with one, 8 of 57 single speakers seem two, with four, 1;
#: of 300 pairs 275 are found, each time with every utterance on its side (base's encoder, on VCTK, LibriSpeech and others).
_PASSAGES = 4
#: Shorter utterances tell little.
_LEAST_S = 1.5
#: Two kinds of recordings whose noise differs by more may well be of one voice: in 20 dB of noise it seems another.
_OTHER_NOISE_DB = 8.0
_MOST_NAMED = 8


def tell_second_voice(utterances: Sequence[Utterance], folders: dict[str, Path]) -> str | None:
    """What to know where two voices are heard, with how to leave the rarer one out; None where one is, or is told apart.

    Args:
        folders: the id of an utterance → the folder that its features lie in.
    """
    heard = [u for u in utterances if u.duration_s >= _LEAST_S]
    if len({u.speaker for u in heard}) != 1:
        return None
    heard = evenly(heard, MOST_HEARD)
    others = _second_voice([features_path(folders[u.id], u.id) for u in heard])
    return _told(heard, others) if others else None


def _second_voice(paths: Sequence[Path]) -> set[int]:
    """Which of the features are of the voice that is heard less; none where one is heard."""
    return voices_apart([Features.load(path).mel for path in paths])


def voices_apart(mels: Sequence[np.ndarray]) -> set[int]:
    """Which of some utterances (N_MELS, frames) are of the voice that is heard less; none where one is heard."""
    import torch

    from voicekit.model.checkpoint import load_networks
    from voicekit.model.reference import embed, passage, second_voice
    from voicekit.model.speaker import REFERENCE_FRAMES
    from voicekit.speech.voices import built_in_folder

    if len(mels) < 6:
        return set()
    encoder = load_networks(built_in_folder())[1].speaker_encoder.eval()
    means = []
    for mel in mels:
        last = max(mel.shape[1] - REFERENCE_FRAMES, 0)
        count = min(_PASSAGES, mel.shape[1] // REFERENCE_FRAMES)
        starts = np.linspace(0, last, count) if count > 1 else [last / 2]
        means.append(embed(encoder, [passage(mel, round(start)) for start in starts]).mean(0))
    return set(second_voice(torch.stack(means)).tolist())


def _told(heard: list[Utterance], others: set[int]) -> str:
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for n, utterance in enumerate(heard):
        counts[utterance.recording][n in others] += 1
    theirs = [name for name, sides in counts.items() if sides[True] > sides[False]]
    mine = len(counts) - len(theirs)
    if theirs and mine:
        where = f"one in {_recordings(mine)}, another in {_recordings(len(theirs))}: {some(theirs, _MOST_NAMED)}"
        names = [head + "*"] if (head := _own_beginning(theirs, set(counts))) and len(theirs) > 1 else theirs
        leave = " ".join(f"--without {quoted([name])}" for name in names)
        advice = (
            f"leave the second out with: {leave}" if len(names) <= _MOST_NAMED else "move the second's to another folder"
        )
    else:
        places = [f"{heard[n].recording} at {clock(heard[n].start_s)}" for n in sorted(others)]
        where = f"one in {len(heard) - len(others)} utterances, another in {len(others)}: {some(places, _MOST_NAMED)}"
        advice = "cut that out"
    return f"two voices are heard, {where}{_noise(heard, others)}; a voice becomes a mixture of both: {advice}"


def _own_beginning(theirs: list[str], every: set[str]) -> str:
    """What the names of some recordings begin with, and no other's does; "" for nothing."""
    first, last = min(theirs), max(theirs)  # between them are all others
    head = first[: next((n for n, pair in enumerate(zip(first, last, strict=False)) if len({*pair}) > 1), len(first))]
    is_pattern = any(sign in head for sign in "*?[")
    return "" if is_pattern or any(name.startswith(head) for name in every - set(theirs)) else head


def _noise(heard: list[Utterance], others: set[int]) -> str:
    """Where the second voice may be the first in another room."""
    floors = [[u.noise_floor_db for n, u in enumerate(heard) if (n in others) is side] for side in (False, True)]
    apart_db = abs(float(np.median(floors[0]) - np.median(floors[1])))
    return f" (or one voice in two rooms: their noise differs by {apart_db:.0f} dB)" if apart_db > _OTHER_NOISE_DB else ""


def _recordings(count: int) -> str:
    return "1 recording" if count == 1 else f"{count} recordings"
