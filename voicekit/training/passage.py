"""Chooses the seconds of a prepared dataset that an engine is to clone a voice from.

The choice of the passage alone moves the likeness of a clone as much as the choice of the model does. Wanted are seconds
that are clean, and as the speaker usually speaks: level, pitch, pace, sound, and who seems to speak. Each is measured, and
how far a passage is from what is wanted is told in steps that are about equally bad, so that they can be added up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from voicekit.audio.features import SAMPLE_RATE
from voicekit.core.errors import DatasetError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import decimal
from voicekit.dataset.manifest import Utterance, read_manifest
from voicekit.engines.passage import Passage
from voicekit.training.data import read_wav
from voicekit.training.utterance_measures import Measures, mean, measure_all, of_another_voice

#: So many utterances are measured at most, in runs of consecutive ones from the whole dataset.
MOST_MEASURED = 240
_RUN = 12
#: Utterances of one recording that are so near to each other were spoken in one go.
_MOST_PAUSE_S = 2.0
#: The pause that is left between two of them, and made between two recordings.
_LONGEST_PAUSE_S, _MADE_PAUSE_S = 0.6, 0.35
#: Utterances that are joined begin with each of the best so many, and are so much worse than a stretch.
_BEGINNINGS, _JOINED = 3, 0.5
#: Of a guess: less sure is not cloned from, because the engine is told the text.
_LEAST_SURE = 0.5
#: Clean enough: beyond these nobody hears a difference.
_ENOUGH_SNR_DB, _ENOUGH_HZ = 45.0, 11_000.0
_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True)
class Candidate:
    """A passage that could be taken.

    Attributes:
        members: places of its utterances among those measured, in the order they are heard.
        pauses_s: after each but the last.
        faults: what is measured → how far it is from what is wanted, in steps that are about equally bad.
    """

    members: tuple[int, ...]
    pauses_s: tuple[float, ...]
    measures: Measures
    duration_s: float
    faults: dict[str, float]

    @property
    def fault(self) -> float:
        return sum(self.faults.values())


@dataclass(frozen=True)
class Choice:
    """The passage that was taken.

    Attributes:
        told: why, a line each.
    """

    passage: Passage
    told: tuple[str, ...]


@dataclass(frozen=True)
class Usual:
    """How a speaker usually speaks, and the best that there is of them."""

    measures: Measures
    distance: float
    snr_db: float
    bandwidth_hz: float
    marks_sentences: bool


def choose_passage(dataset: Path, wanted_s: tuple[float, float], reporter: Reporter = SILENT) -> Choice:
    """The best passage of the first speaker of a dataset.

    Args:
        wanted_s: the fewest and the most seconds that the engine takes; of passages that are equally good the longer.

    Raises:
        DatasetError: the dataset is damaged, or holds too little.
    """
    every = [u for u in read_manifest(dataset) if u.text.strip()]
    mine = [u for u in every if u.speaker == every[0].speaker and u.language == every[0].language] if every else []
    sure = [u for u in mine if u.sureness >= _LEAST_SURE and not _was_clipped(u)] or mine
    fitting = [u for u in sure if u.duration_s <= wanted_s[1]]
    _check_enough(dataset, mine, fitting, wanted_s)
    looked_at = runs(fitting, MOST_MEASURED)
    with reporter.during(f"measuring {len(looked_at)} utterances"):
        measured = measure_all(dataset, looked_at)
    others = of_another_voice(measured)
    kept = [n for n in range(len(looked_at)) if n not in others]
    utterances, measured = [looked_at[n] for n in kept], [measured[n] for n in kept]
    found = candidates(utterances, measured, wanted_s)
    if not found:
        raise _too_little(dataset, utterances, wanted_s)
    best = min(found, key=lambda one: one.fault)
    left_out = {
        "guessed or clipped": len(mine) - len(sure),
        "too long": len(sure) - len(fitting),
        "another voice": len(others),
    }
    return Choice(
        _passage(dataset, [utterances[n] for n in best.members], best.pauses_s),
        tuple(_told(dataset, utterances, best, found, usual(utterances, measured), left_out)),
    )


def runs(utterances: Sequence[Utterance], most: int) -> list[Utterance]:
    """At most so many, as runs of consecutive ones from the whole; in the order of the recordings."""
    ordered = sorted(utterances, key=lambda u: (u.recording, u.start_s))
    if len(ordered) <= most:
        return ordered
    count = max(most // _RUN, 1)
    starts = np.linspace(0, len(ordered) - _RUN, count).round().astype(int)
    return [ordered[n] for n in sorted({start + k for start in starts.tolist() for k in range(_RUN)})]


def usual(utterances: Sequence[Utterance], measured: Sequence[Measures]) -> Usual:
    """The medians of a speaker."""

    def median(name: str) -> np.ndarray:
        values = np.array([getattr(one, name) for one in measured])
        return np.nanmedian(values, axis=0) if not np.isnan(values).all() else np.zeros(values.shape[1:])

    measures = Measures(
        snr_db=float(median("snr_db")),
        bandwidth_hz=float(median("bandwidth_hz")),
        level_db=float(median("level_db")),
        pitch_st=float(median("pitch_st")),
        spread_st=float(median("spread_st")),
        pace=float(median("pace")),
        spectrum_db=median("spectrum_db"),
        embedding=median("embedding"),
    )
    distances = [float(np.linalg.norm(one.embedding - measures.embedding)) for one in measured]
    return Usual(
        measures,
        max(float(np.median(distances)), 1e-6),
        min(float(np.percentile([one.snr_db for one in measured], 90)), _ENOUGH_SNR_DB),
        min(float(np.percentile([one.bandwidth_hz for one in measured], 90)), _ENOUGH_HZ),
        bool(np.mean([_is_whole(u) for u in utterances]) > 0.3),
    )


def candidates(
    utterances: Sequence[Utterance], measured: Sequence[Measures], wanted_s: tuple[float, float]
) -> list[Candidate]:
    """All stretches of consecutive utterances of a wanted length, and utterances of any recordings that go well together."""
    known = usual(utterances, measured)
    alone = [sum(_faults(one, known, wanted_s[1], wanted_s[1]).values()) for one in measured]
    bearable = float(np.percentile(alone, 75))

    def candidate(members: Sequence[int], pauses_s: Sequence[float]) -> Candidate:
        weights = [max(utterances[n].duration_s, 0.1) for n in members]
        duration_s = sum(utterances[n].duration_s for n in members) + sum(pauses_s)
        together = mean([measured[n] for n in members], weights)
        faults = _faults(together, known, duration_s, wanted_s[1])
        if known.marks_sentences:
            begins, ends = utterances[members[0]].text, utterances[members[-1]].text
            faults["whole sentences"] = 0.5 * (not _begins(begins)) + 0.5 * (not _ends(ends))
        # One that laughs, shouts or is cut off spoils a passage that is good on average.
        faults["its worst utterance"] = 0.25 * max(max(alone[n] for n in members) - bearable, 0.0)
        return Candidate(tuple(members), tuple(pauses_s), together, duration_s, faults)

    begin = sorted(range(len(utterances)), key=alone.__getitem__)[:_BEGINNINGS]
    joined = [one for first in begin for one in _joined(first, utterances, wanted_s, candidate)]
    return [candidate(*stretch) for stretch in _stretches(utterances, wanted_s)] + [
        replace(one, faults={**one.faults, "not spoken in one go": _JOINED}) for one in joined if len(one.members) > 1
    ]


def _stretches(utterances: Sequence[Utterance], wanted_s: tuple[float, float]) -> Iterator[tuple[list[int], list[float]]]:
    for first in range(len(utterances)):
        members, duration_s = [first], utterances[first].duration_s
        pauses_s: list[float] = []
        while duration_s <= wanted_s[1]:
            if duration_s >= wanted_s[0]:
                yield list(members), list(pauses_s)
            following = members[-1] + 1
            if following == len(utterances):
                break
            gap_s = utterances[following].start_s - utterances[members[-1]].end_s
            if utterances[following].recording != utterances[first].recording or not -0.2 <= gap_s <= _MOST_PAUSE_S:
                break
            pauses_s.append(min(max(gap_s, 0.0), _LONGEST_PAUSE_S))
            members.append(following)
            duration_s += pauses_s[-1] + utterances[following].duration_s


def _joined(
    first: int,
    utterances: Sequence[Utterance],
    wanted_s: tuple[float, float],
    candidate: Callable[[Sequence[int], Sequence[float]], Candidate],
) -> Iterator[Candidate]:
    """An utterance and always the one more that goes best with those that there are, as far as it has a wanted length."""
    one = candidate([first], [])
    while True:
        if wanted_s[0] <= one.duration_s <= wanted_s[1]:
            yield one
        rest_s = wanted_s[1] - one.duration_s - _MADE_PAUSE_S
        others = [n for n, u in enumerate(utterances) if n not in one.members and u.duration_s <= rest_s]
        if not others:
            return
        longer = (sorted([*one.members, n]) for n in others)
        one = min((candidate(members, [_MADE_PAUSE_S] * (len(members) - 1)) for members in longer), key=lambda c: c.fault)


def _faults(measures: Measures, known: Usual, duration_s: float, most_s: float) -> dict[str, float]:
    """How far something is from what is wanted; 1 is about as bad in each."""
    is_usual, voiced = known.measures, np.isfinite(measures.pitch_st)
    distance = float(np.linalg.norm(measures.embedding - is_usual.embedding))
    tone_db = float(np.sqrt(np.mean(np.square(measures.spectrum_db - is_usual.spectrum_db))))
    return {
        "noise": max(known.snr_db - measures.snr_db, 0.0) / 12,
        "bandwidth": max(1 - measures.bandwidth_hz / max(known.bandwidth_hz, 1.0), 0.0) / 0.2,
        "level": abs(measures.level_db - is_usual.level_db) / 3,
        "pitch": abs(measures.pitch_st - is_usual.pitch_st) / 6 if voiced else 3.0,
        "liveliness": abs(measures.spread_st - is_usual.spread_st) / 6 if voiced else 0.0,
        "pace": abs(np.log(max(measures.pace, 0.1) / max(is_usual.pace, 0.1))) / 0.4,
        "sound": tone_db / 2,
        "likeness": 1.2 * distance / known.distance,
        "length": 2 * max(1 - duration_s / most_s, 0.0),
    }


def _passage(dataset: Path, utterances: Sequence[Utterance], pauses_s: Sequence[float]) -> Passage:
    pieces: list[np.ndarray] = []
    for utterance, pause_s in zip(utterances, [*pauses_s, 0.0], strict=True):
        pieces += [read_wav(dataset, utterance.id), np.zeros(round(pause_s * SAMPLE_RATE), np.float32)]
    waveform = np.concatenate(pieces).astype(np.float32)
    text = " ".join(u.text for u in utterances)
    seconds = round(len(waveform) / SAMPLE_RATE, 1)
    origin = {"dataset": dataset.name, "passage": [u.id for u in utterances], "passage_text": text, "seconds": seconds}
    return Passage(waveform, SAMPLE_RATE, text, origin)


def _told(
    dataset: Path,
    utterances: Sequence[Utterance],
    best: Candidate,
    found: Sequence[Candidate],
    known: Usual,
    left_out: dict[str, int],
) -> Iterator[str]:
    mine = [utterances[n] for n in best.members]
    recordings = list(dict.fromkeys(u.recording for u in mine))
    where = recordings[0] if len(recordings) == 1 else f"{len(recordings)} recordings, joined"
    text = " ".join(u.text for u in mine)
    yield f"The passage to clone from: {best.duration_s:.1f} s of {where}: “{text[:90]}{'…' if len(text) > 90 else ''}”"
    took, is_usual = best.measures, known.measures
    pitch_st, pace = took.pitch_st - is_usual.pitch_st, took.pace / max(is_usual.pace, 0.1) - 1
    yield (
        f"It is {took.snr_db:.0f} dB above its noise (usual are {is_usual.snr_db:.0f}), heard up to "
        f"{took.bandwidth_hz / 1000:.1f} kHz ({is_usual.bandwidth_hz / 1000:.1f}), and near to how the speaker usually "
        f"speaks: level {took.level_db - is_usual.level_db:+.1f} dB, pitch {pitch_st:+.1f} semitones, pace {pace:+.0%}, "
        f"voice {_likeness(took, known):.0%} of the usual distance."
    )
    faults = np.array([one.fault for one in found])
    left = ", ".join(f"{count} {why}" for why, count in left_out.items() if count)
    yield (
        f"It was the best of {len(found)} from {len(utterances)} utterances of {dataset}"
        f" ({best.fault:.1f} steps from what is wanted; their median {np.median(faults):.1f}, the worst {faults.max():.1f})"
        f"{f'; left out: {left}' if left else ''}."
    )


def _likeness(measures: Measures, known: Usual) -> float:
    return float(np.linalg.norm(measures.embedding - known.measures.embedding)) / known.distance


def _check_enough(
    dataset: Path, mine: Sequence[Utterance], fitting: Sequence[Utterance], wanted_s: tuple[float, float]
) -> None:
    if not mine:
        raise DatasetError(f"no utterance of {dataset} has a text; run voicekit prepare again with texts, or with Whisper")
    if sum(u.duration_s for u in fitting) < wanted_s[0]:
        raise _too_little(dataset, fitting, wanted_s)


def _too_little(dataset: Path, utterances: Sequence[Utterance], wanted_s: tuple[float, float]) -> DatasetError:
    speech_s = sum(u.duration_s for u in utterances)
    return DatasetError(
        f"{dataset} holds {speech_s:.1f} s of one person's speech to clone from, and the engine takes "
        f"{decimal(wanted_s[0])} to {decimal(wanted_s[1])} s: record "
        "more into the same folder, and run the same voicekit prepare again"
    )


def _was_clipped(utterance: Utterance) -> bool:
    return any("clipping" in step for step in utterance.treatment)


def _is_whole(utterance: Utterance) -> bool:
    return _begins(utterance.text) and _ends(utterance.text)


def _begins(text: str) -> bool:
    first = next((sign for sign in text if sign.isalnum()), "a")
    return not first.islower()


def _ends(text: str) -> bool:
    return text.rstrip().rstrip("\"'”’»)").endswith(_ENDS)
