"""Finds how words that stayed misheard can be said so that they are understood: by the same voice, for the same listener.

What is found is offered, never taken by itself: how a name is said is the person's to decide.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from voicekit.core.errors import PluginError, ScriptError
from voicekit.core.reporter import SILENT, Reporter
from voicekit.narration.otherwise import Way, ways
from voicekit.narration.speak import Speaker, Speakers
from voicekit.narration.take import Take
from voicekit.recognition.verify import Verdict
from voicekit.text.phonemes.labels import trim
from voicekit.text.script.cue import Cue
from voicekit.text.script.marks import NO_MARKS

#: So many ways are tried for a stretch of words, and so long for a cue and for all of them.
MOST_TRIED, MOST_CUE_S, MOST_S = 14, 45.0, 240.0
#: How long it takes for a cue, about.
_CUE_S = 15.0
#: What a script has to write otherwise than it is spoken.
_SIGNS = re.compile(r"[\[\]*_<\\]")
_TASK = "looking for other ways to say what was misheard"


@dataclass(frozen=True)
class Offer:
    """A way to say words that was understood.

    Attributes:
        words: as they are written.
        markup: what to write in the script in their place.
        lexicon: the line of a lexicon with the same effect; "" where there is none.
    """

    words: str
    markup: str
    lexicon: str = ""


@dataclass(frozen=True)
class Mending:
    """What was found for a cue.

    Attributes:
        offers: one for each stretch of words for which a way was found.
        text: of the cue, with the offers in their places; "" without any, and where the script has markup in it.
        misheard: the stretches for which none was found.
        n_tried: how many ways were spoken and listened to.
        is_out_of_time: there were more to try.
    """

    offers: tuple[Offer, ...] = ()
    text: str = ""
    misheard: tuple[str, ...] = ()
    n_tried: int = 0
    is_out_of_time: bool = False

    def describe(self) -> str:
        """For a person; "" where there is nothing to say."""
        said = []
        for offer in self.offers:
            also = f", or {offer.lexicon} into the lexicon.toml beside it" if offer.lexicon else ""
            said.append(f"write {offer.markup} for “{offer.words}” into the script{also}: so it is understood")
        if self.misheard:
            words = ", ".join(f"“{each}”" for each in self.misheard)
            why = " before the time was up" if self.is_out_of_time else ""
            tried = (
                f"none of {self.n_tried} ways tried{why}"
                if self.n_tried
                else "no other way was tried: the time was up; none"
            )
            said.append(f"{tried} made {words} understood: listen to it, and if it is wrong, use other words")
        return "; ".join(said)


def mendings(takes: Sequence[Take], speakers: Speaker | Speakers, reporter: Reporter = SILENT) -> dict[Cue, Mending]:
    """What can be done for those of `takes` in which words were misheard; nothing is spoken where none were.

    Raises:
        VoicekitError: see `Speaker.speak`.
    """
    faulty = [take for take in takes if take.faults and speakers.of(take.cue).listen]
    found: dict[Cue, Mending] = {}
    if not faulty:
        return found
    end_s = time.monotonic() + MOST_S
    reporter.expect([(_TASK, min(_CUE_S * len(faulty), MOST_S))])
    reporter.progress(_TASK, 0.0)
    try:
        for number, take in enumerate(faulty):
            until_s = min(time.monotonic() + MOST_CUE_S, end_s)
            told = partial(_told, reporter, number, len(faulty))
            found[take.cue] = _Search(take.cue, take.pace, speakers.of(take.cue), until_s).mending(told)
    finally:
        reporter.progress(_TASK, 1.0)
    return found


def _told(reporter: Reporter, number: int, n_cues: int, share: float) -> None:
    reporter.progress(_TASK, min((number + share) / n_cues, 0.999))


class _Search:
    """Goes through the stretches of a cue that were misheard; what mended one stays for the next."""

    def __init__(self, cue: Cue, pace: float, speaker: Speaker, until_s: float) -> None:
        self.cue, self.pace, self.speaker, self.until_s = cue, pace, speaker, until_s
        self.n_tried = 0

    @property
    def is_out_of_time(self) -> bool:
        return time.monotonic() > self.until_s

    def mending(self, told: Callable[[float], None]) -> Mending:
        """`told` hears which share is done."""
        cue, heard = self.cue, self.speaker.try_out(self.cue, self.pace)
        written = cue.text.split()
        kept: list[Way] = []
        misheard: list[str] = []
        stretches = heard.misheard
        for number, (first, after) in enumerate(stretches):
            if not _overlaps(heard, first, after):  # mended along with another
                continue
            for turn, way in enumerate(self._ways(cue, first, after)):
                told((number + turn / MOST_TRIED) / len(stretches))
                other = replace(cue, marks=way.marks)
                self.n_tried += 1
                try:
                    verdict = self.speaker.try_out(other, self.pace)
                except (ScriptError, PluginError):  # this voice cannot say it so: the film is made all the same
                    continue
                if not _overlaps(verdict, first, after) and _is_no_worse(verdict, heard):
                    cue, heard = other, verdict
                    kept = [one for one in kept if not _meet(one, way)] + [way]
                    break
            else:
                misheard.append(trim(" ".join(written[first:after])))
        offers = tuple(Offer(way.words, way.markup, way.lexicon) for way in kept)
        text = _in_place(self.cue.text, kept) if kept and _is_plain(self.cue) else ""
        return Mending(offers, text, tuple(misheard), self.n_tried, bool(misheard) and self.is_out_of_time)

    def _ways(self, cue: Cue, first: int, after: int) -> Iterator[Way]:
        engine = self.speaker.engine
        found = ways(cue, first, after, engine.language, getattr(engine, "lexicon", None))
        for way in islice(found, MOST_TRIED):
            if self.is_out_of_time:
                return
            yield way


def _is_plain(cue: Cue) -> bool:
    """Whether its text is what the script has: without markup and names, which a cue no longer shows."""
    return cue.marks == NO_MARKS and not (cue.speaker or cue.turn or _SIGNS.search(cue.text))


def _overlaps(verdict: Verdict, first: int, after: int) -> bool:
    return any(begin < after and end > first for begin, end in verdict.misheard)


def _is_no_worse(verdict: Verdict, before: Verdict) -> bool:
    """Whether nothing else is misheard now."""
    places = {*before.dropped, *before.repeated}
    return {*verdict.dropped, *verdict.repeated} <= places and verdict.length in ("", before.length)


def _meet(one: Way, other: Way) -> bool:
    """Whether two ways are of some of the same words: the later one holds."""
    return one.at < other.at + len(other.words) and other.at < one.at + len(one.words)


def _in_place(text: str, kept: Sequence[Way]) -> str:
    for way in sorted(kept, key=lambda one: one.at, reverse=True):
        text = text[: way.at] + way.markup + text[way.at + len(way.words) :]
    return text
