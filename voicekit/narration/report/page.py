"""A narration as a page to look at and to listen to: one file that needs nothing else and can be moved as it is.

The page is a Jinja2 template beside this module. Here are its figures, and what lies where in the picture of the timeline.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from pathlib import Path
from unicodedata import east_asian_width

import numpy as np

from voicekit.core.files import as_text
from voicekit.core.templates import templates
from voicekit.media.write import as_mp3
from voicekit.narration.report.report import CueReport, Report, Stretch
from voicekit.narration.timing.section import MAX_PACE, MAX_STRETCH
from voicekit.speech.voices import Credit
from voicekit.text.script.cue import clock

#: Every browser plays MP3: Safari plays Opus in Ogg only since 2025, and AAC is missing where a browser comes without
#: patents. MP3 without a file's index also starts at once. For a voice, 24 kHz and 48 kbit/s are as good as the original
#: through most speakers; a minute of speech is half a megabyte of page.
_RATE, _BIT_RATE = 24_000, 48_000
#: A film up to `_WHOLE_S` is one row of the timeline; a longer one has a row for each minute.
_WHOLE_S, _ROW_S = 75.0, 60.0
#: In units of the picture, about a pixel each: the width of the film's part of a row, and the margin on its sides.
_WIDTH, _MARGIN = 1000.0, 20.0
#: The widths of a digit of the number and of a letter of the text in a bar.
_DIGIT, _LETTER = 7.2, 5.7
#: Seconds between the figures on the clock: the smallest of these that leaves them room.
_TICKS_S, _TICK_ROOM = (1, 2, 5, 10, 15, 30), 55.0
#: Speeds and their colours, those of Okabe and Ito, which colour-blind readers can tell apart too; black is legible on each.
_COLOURS = (
    (1.0, (0, 158, 115)),
    (1.1, (240, 228, 66)),
    (1.2, (230, 159, 0)),
    (MAX_PACE * MAX_STRETCH, (213, 94, 0)),
)


def page(report: Report, waveforms: Iterable[np.ndarray], sample_rate: int) -> Iterator[str]:
    """The page in pieces, to be written one after another: no more than one cue's sound is in memory.

    Args:
        waveforms: the sound of each of `report.cues`, float32 (samples,); taken one by one.
    """
    return (
        templates("voicekit.narration.report", clock=clock, colour=colour, given=_given, px=_px, times=_times)
        .get_template("page.html")
        .generate(
            name=Path(as_text(report.film)).name,
            figures=_figures(report),
            colours=[_Stop(speed) for speed, _ in _COLOURS],
            rows=_rows(report),
            cues=zip(report.cues, (_mp3(waveform, sample_rate) for waveform in waveforms), strict=True),
        )
    )


def _mp3(waveform: np.ndarray, sample_rate: int) -> str:
    return base64.b64encode(as_mp3(waveform, sample_rate, _RATE, _BIT_RATE)).decode()


@dataclass(frozen=True)
class _Figure:
    """A figure of the whole film. `is_wrong`: it tells of something that went wrong."""

    name: str
    value: str
    more: str = ""
    is_wrong: bool = False


def _figures(report: Report) -> list[_Figure]:
    cues, film_lufs = report.cues, report.film_lufs
    speeds = [cue.speed for cue in cues]
    n_long, n_faulty = sum(cue.overrun_s > 0 for cue in cues), sum(bool(cue.faults) for cue in cues)
    n_heard = sum(cue.faults is not None for cue in cues)
    own = f"film {_level(film_lufs)}" if film_lufs is not None else ""
    longer_s = report.narrated_s - report.film_s
    is_longer = longer_s > 0.05
    overruns_s = sum(cue.overrun_s for cue in cues)
    return [
        *(_credit(one) for one in report.credits),
        _Figure("Film", clock(report.film_s), f"written {longer_s:.1f} s longer" if is_longer else "", is_longer),
        _Figure("Cues that fit", f"{len(cues) - n_long} of {len(cues)}", is_wrong=n_long > 0),
        _Figure("Overruns", str(n_long), f"{overruns_s:.1f} s in all" if n_long else "", n_long > 0),
        _Figure("Misheard", str(n_faulty) if n_heard else "–", f"of {n_heard} listened to" if n_heard else "", n_faulty > 0),
        _Figure("Speed", f"{sum(speeds) / len(speeds):.2f}×", f"at most {max(speeds):.2f}×"),
        _Figure("Spoken again", f"{report.n_spoken} of {len(cues)}"),
        _Figure("Loudness", f"{_level(report.loudness_lufs)} LUFS", own),
        _Figure("True peak", f"{_level(report.true_peak_db)} dBTP", "before coding"),
    ]


def _credit(credit: Credit) -> _Figure:
    """Whose voice it is, and what its licence allows."""
    told = [credit.model or ("voicekit" if credit.engine == "native" else credit.engine), credit.licence]
    forbids = "" if credit.may_be_sold else "not to be sold"
    return _Figure("Voice", credit.voice, ", ".join(filter(None, [*told, forbids])), not credit.may_be_sold)


def _level(value_db: float) -> str:
    return f"{value_db:.1f}".replace("-", "−")


def _px(value: float) -> str:
    return f"{value:.2f}"


def _times(stretch: Stretch | CueReport) -> str:
    return f"{clock(stretch.start_s)}–{clock(stretch.end_s)}"


def _given(cue: CueReport) -> str:
    if cue.given_start_s is None:
        return "–"
    return clock(cue.given_start_s) + (f"–{clock(cue.given_end_s)}" if cue.given_end_s is not None else "")


def colour(speed: float) -> str:
    """The colour of a speed, from green at the voice's own pace to red at the fastest that is done, as #rrggbb."""
    for (low, dark), (high, bright) in pairwise(_COLOURS):
        if speed <= high:
            share = max(speed - low, 0.0) / (high - low)
            return _hex(round(a + share * (b - a)) for a, b in zip(dark, bright, strict=True))
    return _hex(_COLOURS[-1][1])


def _hex(levels: Iterable[int]) -> str:
    return "#" + "".join(f"{level:02x}" for level in levels)


@dataclass(frozen=True)
class _Stop:
    """A speed on the scale of colours."""

    speed: float

    @property
    def share(self) -> float:
        """Where it lies on the scale, 0 to 1."""
        return (self.speed - 1) / (_COLOURS[-1][0] - 1)


@dataclass(frozen=True)
class _Span:
    """From left to right, in units of the picture."""

    x: float
    width: float


@dataclass(frozen=True)
class _Tick:
    """A second on the clock."""

    at_s: int
    x: float
    has_figure: bool


@dataclass(frozen=True)
class _Label:
    """What is written on a cue's bar: as much as there is room for.

    Attributes:
        number: of the cue, with its speed where there is room.
        size: of the number's letters.
        words: how its text begins; "" where that says nothing.
    """

    number: str
    size: float
    words: str
    is_centred: bool


def _rows(report: Report) -> Iterator["_Row"]:
    end_s = max(report.film_s, report.narrated_s, *(cue.end_s for cue in report.cues))
    row_s = end_s if end_s <= _WHOLE_S else _ROW_S
    for n in range(max(ceil(end_s / row_s - 0.001), 1)):
        yield _Row(report, n * row_s, min((n + 1) * row_s, end_s), _WIDTH / row_s)


@dataclass(frozen=True)
class _Row:
    """A row of the timeline: a stretch of film. `scale` is the width of a second."""

    report: Report
    start_s: float
    end_s: float
    scale: float
    full_width: float = _WIDTH + 2 * _MARGIN

    def x(self, at_s: float) -> float:
        return _MARGIN + (at_s - self.start_s) * self.scale

    def span(self, start_s: float, end_s: float) -> _Span:
        """Where what lies in this row of a stretch is."""
        x = self.x(max(start_s, self.start_s))
        return _Span(x, max(self.x(min(end_s, self.end_s)) - x, 0.0))

    def shows(self, at_s: float) -> bool:
        return self.start_s <= at_s < self.end_s

    def clips(self) -> Iterator[tuple[Stretch, _Span]]:
        return ((clip, self.span(clip.start_s, clip.end_s)) for clip in self.report.clips if self._has(clip))

    def shots(self) -> Iterator[tuple[int, Stretch, _Span]]:
        """With their numbers, from 1."""
        for number, shot in enumerate(self.report.shots, start=1):
            if self._has(shot):
                yield number, shot, self.span(shot.start_s, shot.end_s)

    def cues(self) -> Iterator[CueReport]:
        return filter(self._has, self.report.cues)

    def starts(self) -> Iterator[CueReport]:
        """The cues with a given start in this row."""
        return (cue for cue in self.report.cues if cue.given_start_s is not None and self.shows(cue.given_start_s))

    def ends(self) -> Iterator[CueReport]:
        """The cues with a given end in this row; one at its very end belongs to it."""
        for cue in self.report.cues:
            if cue.given_end_s is not None and self.start_s + 0.001 <= cue.given_end_s < self.end_s + 0.001:
                yield cue

    def ticks(self) -> list[_Tick]:
        step = next((step for step in _TICKS_S if step * self.scale >= _TICK_ROOM), _TICKS_S[-1])
        seconds = range(ceil(self.start_s - 0.001), floor(self.end_s + 0.001) + 1)
        return [_Tick(second, self.x(second), second % step == 0) for second in seconds]

    def crossings(self, cue: CueReport) -> list[float]:
        """Where a cue crosses cuts."""
        cuts_s = [shot.start_s for shot in self.report.shots if cue.start_s < shot.start_s < cue.end_s]
        return [self.x(cut_s) for cut_s in cuts_s if self.shows(cut_s)] if cue.crosses_cut else []

    def label(self, cue: CueReport) -> _Label | None:
        """None where there is no room."""
        width = self.span(cue.start_s, cue.end_s).width
        if width < 5:
            return None
        full = f"{cue.number} · {cue.speed:.2f}×"
        number = full if len(full) * _DIGIT <= width - 6 else str(cue.number)
        size = min(12.0, 12.0 * width / (len(number) * _DIGIT + 1))
        words = _shortened(cue.text, (self.span(cue.start_s, cue.fits_until_s).width - 6) / _LETTER)
        return _Label(number, size, words, not words and number != full)

    def _has(self, stretch: Stretch | CueReport) -> bool:
        return stretch.start_s < self.end_s and stretch.end_s > self.start_s


def _shortened(text: str, letters: float) -> str:
    """How a text begins, as far as so many letters of a usual width go; "" where that says nothing."""
    end, used = 0, 1.0  # for the dots
    while end < len(text) and used < letters:
        used += 2 if east_asian_width(text[end]) in "WF" else 1
        end += 1
    if end == len(text) and used < letters:
        return text
    return text[: end - 1].rstrip() + "…" if letters >= 9 else ""
