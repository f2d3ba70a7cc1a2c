"""The last touch on a trained voice: it says what its speaker said, and is set to their pace, pauses and level; and its
own hiss is left out.

The networks learn these from every token and frame alike. Where recordings are few, or cut close, or their texts are
guesses, silence counts as speech or words as silence, and the voice comes out slower or softer than the person.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from voicekit.audio.features import FRAME_RATE
from voicekit.core.errors import ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset.manifest import Utterance, evenly
from voicekit.dataset.speech_span import MIN_PAUSE_S, SpeechSpan, speech_span
from voicekit.model.noise_floor import noise_bands
from voicekit.model.voice_file import Calibration
from voicekit.speech.native import NativeEngine
from voicekit.speech.pauses import KINDS, inner_marks
from voicekit.speech.prosody import OWN_END_S, SENTENCE_ENDS, SENTENCE_PAUSE_S
from voicekit.training.data import Example, read_wav

TASK = "comparing the voice with the recordings"

#: So many utterances tell a speaker's pace to 2 %; more take longer than they are worth.
MOST_UTTERANCES = 24
#: So many tell where their speaker pauses.
_MOST_PAUSES = 400
#: From so many on, those kept back are enough: what a network was taught it knows better than what it will say.
_ENOUGH_HELD_OUT = 12
#: What is not proportional to the pace, such as the ends of sentences, is met the second time.
_ROUNDS = 2
#: An utterance that differs from the others by more than so many median deviations, and by a tenth, has another text.
_ODD, _LEAST_ODD = 3.0, 0.1
#: No pause within a sentence counts for more; longer ones are breaks.
_LONGEST_S = 1.0
#: Readers pause at so many of their commas: Kathleen at 49 %, those of LibriTTS and LJSpeech at more, of VCTK at fewer.
_USUAL_SHARE = 0.5
#: A speaker's marks of a kind weigh against so many of other readers: a few say little. The commas of those have weights
#: around `Calibration.comma_from` (see speech.pauses), spread by so much.
_PRIOR_MARKS, _PRIOR_SPREAD = 4, 1.2
#: So many sentence ends tell how long a speaker pauses there; longer silences are breaks.
_LEAST_ENDS, _BREAK_S = 4, 2.0
#: The pause that a voice makes between sentences of 15 syllables each.
_USUAL_PAUSE_S = 1.2 * SENTENCE_PAUSE_S
#: The noise of a voice is in each band as loud as its quietest frames, so many of them.
_QUIETEST = 0.05
#: So far the noise goes down.
_NOISE_REDUCTION_DB = 15.0
#: Changes of less than this are not told.
_AUDIBLE, _AUDIBLE_DB = 0.03, 1.0


@dataclass(frozen=True)
class Recorded:
    """An utterance as the person said it."""

    text: str
    spoken: SpeechSpan


def calibrate(
    engine: NativeEngine, examples: Sequence[Example], utterances: Sequence[Utterance], reporter: Reporter = SILENT
) -> Calibration:
    """The pace, pauses and gain with which a voice speaks as its speaker does, and its own noise, which it leaves out.

    Args:
        engine: the voice.
        examples: aligned utterances of its speaker.
        utterances: of the same dataset, in the order recorded.
        reporter: told what was changed.

    Raises:
        DatasetError: a recording is missing or damaged.
    """
    texts = {utterance.id: utterance.text for utterance in utterances}
    chosen = _chosen(examples)
    recorded = [
        Recorded(texts[example.id], found)
        for example in chosen
        if example.id in texts and (found := speech_span(read_wav(example.dataset, example.id)))
    ]
    calibration = replace(
        Calibration(),
        **_pauses(engine, evenly(examples, _MOST_PAUSES)),
        sentence_pause=_sentence_pause(examples, utterances),
        noise_db=_noise_db(engine, recorded),
        noise_reduction_db=_NOISE_REDUCTION_DB,
    )
    total = _ROUNDS * len(recorded)
    done = 0
    for _ in range(_ROUNDS):
        voice = engine.calibrated(calibration)
        pairs = []
        for one in recorded:
            try:
                made = speech_span(voice.synthesize(one.text).waveform)
            except ScriptError:
                made = None
            if made and made.speech_s > 0 and one.spoken.speech_s > 0:
                pairs.append((made, one.spoken))
            done += 1
            reporter.progress(TASK, min(done / total, 0.999))
        calibration = _nearer(calibration, pairs)
    reporter.progress(TASK, 1.0)
    _tell(calibration, reporter)
    return calibration


def _chosen(examples: Sequence[Example]) -> list[Example]:
    """Those kept back, where they are enough, else with others from first to last."""
    held_out = [example for example in examples if example.split != "train"]
    taught = [example for example in examples if example.split == "train"]
    if len(held_out) < _ENOUGH_HELD_OUT:
        held_out += evenly(taught, MOST_UTTERANCES - len(held_out))
    return evenly(held_out, MOST_UTTERANCES)


def _nearer(calibration: Calibration, pairs: list[tuple[SpeechSpan, SpeechSpan]]) -> Calibration:
    """The calibration, made better by what the voice (first) and the person (second) made of the same texts."""
    if not pairs:
        return calibration
    made_s, real_s = np.array([(made.speech_s, real.speech_s) for made, real in pairs]).T
    logs = np.log(made_s / real_s)
    off = np.abs(logs - np.median(logs))
    usual = off <= max(_ODD * float(np.median(off)), _LEAST_ODD)
    rate = calibration.rate * made_s[usual].sum() / real_s[usual].sum()
    # Once: where peaks hold a gain back, the level would never be met, and the gain grow each time.
    gain_db = calibration.gain_db or float(np.median([real.level_db - made.level_db for made, real in pairs]))
    return calibration.within(rate=float(rate), gain_db=gain_db)


def _pauses(engine: NativeEngine, examples: Sequence[Example]) -> dict[str, float]:
    """Where the speaker pauses at marks within sentences and for how long; what readers do where recordings say little."""
    weights: list[float] = []  # of the commas
    lengths_s: dict[str, list[float]] = {kind: [] for kind in KINDS.values()}
    unmarked_s = []
    for example in examples:
        seconds = [min(frames / FRAME_RATE, _LONGEST_S) for frames in example.durations]
        for mark in inner_marks(example.symbols, engine.foreseen(example.symbols, example.stresses)):
            lengths_s[mark.kind].append(seconds[mark.token])
            weights += [mark.weight] if mark.kind == "comma" else []
        unmarked_s += [s for s, symbol in zip(seconds, example.symbols, strict=True) if symbol == " " and s >= MIN_PAUSE_S]
    found = {}
    for kind, lasting_s in lengths_s.items():
        usual_s, usual_share = getattr(Calibration(), f"{kind}_s"), _USUAL_SHARE if kind == "comma" else 1.0
        heard_s = [s for s in lasting_s if s >= MIN_PAUSE_S]
        share = (len(heard_s) + _PRIOR_MARKS * usual_share) / (len(lasting_s) + _PRIOR_MARKS)
        if kind == "comma":
            found["comma_from"] = _weight_of_share(weights, share)
            if not weights:  # a text that somebody guessed; its pauses are mostly where commas are missing
                heard_s = unmarked_s
        length_s = (sum(heard_s) + _PRIOR_MARKS * usual_s) / (len(heard_s) + _PRIOR_MARKS)
        found[f"{kind}_s"] = length_s if kind == "comma" or share > 0.5 else 0.0
    return found


def _weight_of_share(weights: list[float], share: float) -> float:
    """That which so many of a speaker's commas, and of some of other readers, have at least."""
    usual = NormalDist(Calibration().comma_from + _PRIOR_SPREAD * NormalDist().inv_cdf(_USUAL_SHARE), _PRIOR_SPREAD)
    others = [usual.inv_cdf((n + 0.5) / _PRIOR_MARKS) for n in range(_PRIOR_MARKS)]
    return float(np.quantile([*weights, *others], 1 - share))


def _sentence_pause(examples: Sequence[Example], utterances: Sequence[Utterance]) -> float:
    """How much longer the speaker pauses between sentences than a voice does; 1 where the recordings do not tell."""
    by_id = {example.id: example for example in examples}
    inner = [
        frames / FRAME_RATE
        for example in examples
        for symbol, frames in zip(example.symbols[:-1], example.durations[:-1], strict=True)
        if symbol in SENTENCE_ENDS
    ]
    between = [
        after.start_s - before.end_s + (by_id[before.id].durations[-1] + by_id[after.id].durations[0]) / FRAME_RATE
        for before, after in pairwise(utterances)
        if before.recording == after.recording
        and before.text.rstrip("\"”’') ").endswith(tuple(SENTENCE_ENDS))
        and before.id in by_id
        and after.id in by_id
    ]
    pauses_s = [pause_s for pause_s in inner + between if 0 <= pause_s < _BREAK_S]
    if len(pauses_s) < _LEAST_ENDS:
        return 1.0
    return Calibration().within(sentence_pause=(float(np.median(pauses_s)) - OWN_END_S) / _USUAL_PAUSE_S).sentence_pause


def _noise_db(engine: NativeEngine, recorded: Sequence[Recorded]) -> tuple[float, ...]:
    """How loud the voice is where it says nothing.

    Measured in what it says rather than in the recordings: a clone does not only learn their noise, but is itself less sure
    between its words, and hisses louder than they do by 5 to 15 dB.
    """
    said = []
    for one in recorded:
        with suppress(ScriptError):
            said.append(engine.decoded(one.text))
    return noise_bands(np.concatenate(said, axis=1), _QUIETEST) if said else ()


def _tell(calibration: Calibration, reporter: Reporter) -> None:
    """What was heard of the voice and set right, in a line; nothing where it was right already."""
    slower, gain_db = calibration.rate - 1, calibration.gain_db
    heard = [f"{abs(100 * slower):.0f} % {'slower' if slower > 0 else 'faster'}"] if abs(slower) >= _AUDIBLE else []
    if abs(gain_db) >= _AUDIBLE_DB:
        heard.append(f"{abs(gain_db):.0f} dB {'softer' if gain_db > 0 else 'louder'}")
    if heard:
        reporter.note(f"the voice spoke {' and '.join(heard)} than its recordings; it has been set to their pace and level")
