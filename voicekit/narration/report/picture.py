"""A narration as a picture: rows of film with its shots and clips, and on them the cues. Inline SVG, without a script."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor
from unicodedata import east_asian_width

from voicekit.narration.report.report import CueReport, Report, Stretch
from voicekit.narration.timing.time_compression import MAX_PACE, MAX_STRETCH
from voicekit.text.script.cue import clock

#: A film up to `_WHOLE_S` is one row; a longer one has a row for each minute.
_WHOLE_S, _ROW_S = 75.0, 60.0
#: In units of the picture, which are about a pixel: the film's part of a row, and what is left free on its sides.
_WIDTH, _MARGIN = 1000.0, 20.0
#: From the top: titles of clips (only of a storyboard), given times, the cues on the shots, the clock.
_TITLES, _FLAGS, _BARS, _BAR, _SHOTS_END, _CLOCK, _BOTTOM = 0.0, 22.0, 34.0, 36.0, 78.0, 94.0, 102.0
#: Widths of a letter of the number and of the text in a bar.
_DIGIT, _LETTER = 7.2, 5.7
#: Seconds between figures on the clock: the smallest of these that leaves them room.
_TICKS_S, _TICK_ROOM = (1, 2, 5, 10, 15, 30), 55.0

#: The colours of Okabe and Ito, which the colour-blind can tell apart too; black is legible on each.
_COLOURS = (
    (1.0, (0, 158, 115)),
    (1.1, (240, 228, 66)),
    (1.2, (230, 159, 0)),
    (MAX_PACE * MAX_STRETCH, (213, 94, 0)),
)

STYLE = """
.film { overflow-x: auto; margin: 1rem 0 }
.film > svg { display: block; width: 100%; min-width: 56rem; height: auto; break-inside: avoid; margin-bottom: .4rem }
svg { font: 12px system-ui, sans-serif }  svg text { unicode-bidi: plaintext }
.shot { fill: var(--shot) }  .shot.even { fill: var(--shot-even) }  .cut, .tick { stroke: var(--quiet); fill: none }
.clock, .clip-title { fill: var(--ink) }  .clock { font-size: 11px; text-anchor: middle; font-variant-numeric: tabular-nums }
.clip { stroke: var(--quiet); fill: none }  .clip-title { font-weight: 600 }
.flag { fill: var(--ink); stroke: var(--ink) }  .flag.end { fill: var(--paper) }
.film-end { stroke: var(--ink); stroke-width: 3 }
.bar { stroke: #0008 }  .bar.moved { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 5 3 }
.number { font-weight: 700; fill: #000 }  .words { font-size: 10.5px; fill: #000 }
.label { stroke-width: 3.5; stroke-linejoin: round; paint-order: stroke }
.overrun { fill: url(#hatch); stroke: #000; stroke-width: 1.5 }  .crossed { fill: #000; stroke: #fff; stroke-width: .8 }
.misheard { fill: url(#wave) }  a:hover .bar, a:focus .bar { stroke: var(--ink); stroke-width: 3 }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; align-items: center; font-size: .85rem; padding: 0;
  list-style: none }
.legend svg { vertical-align: middle; margin-right: .4rem }
@media print { .film { overflow: visible } .film > svg { min-width: 0 } svg { print-color-adjust: exact } }
"""

#: What bars are filled with, for all pictures of the page.
_PATTERNS = """<defs>
<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
<rect width="3" height="7" fill="#000"/></pattern>
<pattern id="wave" width="8" height="5" patternUnits="userSpaceOnUse">\
<path d="M0 4 2 1 4 4 6 1 8 4" fill="none" stroke="var(--wrong)" stroke-width="1.6"/></pattern></defs>"""


def colour(speed: float) -> str:
    """The colour of a speed, from green at the voice's own pace to red at the fastest that is done, as #rrggbb."""
    for (low, dark), (high, bright) in pairwise(_COLOURS):
        if speed <= high:
            share = max(speed - low, 0.0) / (high - low)
            return _hex(round(a + share * (b - a)) for a, b in zip(dark, bright, strict=True))
    return _hex(_COLOURS[-1][1])


def legend() -> str:
    """What the colours and signs mean."""
    stops = "".join(
        f'<stop offset="{(at - 1) / (_COLOURS[-1][0] - 1):.3f}" stop-color="{colour(at)}"/>' for at, _ in _COLOURS
    )
    scale = (
        '<svg width="180" height="30" aria-hidden="true"><defs>'
        f'<linearGradient id="speed">{stops}</linearGradient></defs>'
        '<rect x="14" width="150" height="13" fill="url(#speed)"/>'
        + "".join(f'<text class="clock" x="{14 + 150 * (at - 1) / 0.32:.1f}" y="27">{at:.3g}</text>' for at, _ in _COLOURS)
        + "</svg>"
    )
    bar = '<rect class="bar{}" x="1" y="1" width="34" height="14" rx="2" fill="#009e73"/>'
    signs = (
        ('<path class="flag" d="M3 17V1l8 4-8 4"/>', 14, "given start"),
        ('<path class="flag end" d="M11 17V1L3 5l8 4"/>', 14, "given end"),
        (
            bar.format("") + '<rect class="overrun" x="20" y="1" width="15" height="14"/>',
            36,
            "did not fit, goes on too long",
        ),
        (bar.format(" moved"), 36, "moved behind a later cue"),
        (bar.format("") + '<rect class="crossed" x="17" y="-1" width="2.4" height="18"/>', 36, "crosses a cut"),
        (bar.format("") + '<rect class="misheard" x="0" y="15" width="36" height="5"/>', 36, "misheard"),
        ('<path class="film-end" d="M4 1V17"/>', 10, "end of the film"),
    )
    items = [f"<li>{scale}times as fast as the voice by itself"]
    items += [f'<li><svg width="{width}" height="20" aria-hidden="true">{sign}</svg>{what}' for sign, width, what in signs]
    return f'<ul class="legend">{"".join(items)}</ul>'


def picture(report: Report) -> Iterator[str]:
    """The rows of the film, one after another."""
    end_s = max(report.film_s, report.narrated_s, *(cue.end_s for cue in report.cues))
    row_s = end_s if end_s <= _WHOLE_S else _ROW_S
    yield f'<svg width="0" height="0" style="position:absolute" aria-hidden="true">{_PATTERNS}</svg>'
    yield '<div class="film" role="region" aria-label="timeline" tabindex="0">'
    for n in range(max(ceil(end_s / row_s - 0.001), 1)):
        yield _Row(report, n * row_s, min((n + 1) * row_s, end_s), _WIDTH / row_s).drawn()
    yield "</div>"


@dataclass(frozen=True)
class _Row:
    """A row of the picture: a stretch of film. `scale` is the width of a second."""

    report: Report
    start_s: float
    end_s: float
    scale: float

    def drawn(self) -> str:
        report = self.report
        top = _TITLES if report.clips else _FLAGS - 4
        box = f"0 {top:g} {_WIDTH + 2 * _MARGIN:g} {_BOTTOM - top:g}"
        what = f"{clock(self.start_s)} to {clock(self.end_s)}"
        lines = [
            f'<svg viewBox="{box}" role="group" aria-label="{what}">',
            *(self._clip(clip) for clip in report.clips if self._has(clip)),
            *(self._shot(number, shot) for number, shot in enumerate(report.shots) if self._has(shot)),
            self._clock(),
            *(self._cue(cue) for cue in report.cues if self._has(cue)),
            *(self._flags(cue) for cue in report.cues),
        ]
        if report.film_s < self.end_s - 0.001 and self._shows(report.film_s):
            x = self._x(report.film_s)
            lines.append(
                f'<path class="film-end" d="M{x:.2f} {_FLAGS:g}V{_SHOTS_END + 4:g}"><title>the film ends</title></path>'
            )
        return "\n".join([*(line for line in lines if line), "</svg>"])

    def _x(self, at_s: float) -> float:
        return _MARGIN + (at_s - self.start_s) * self.scale

    def _shows(self, at_s: float) -> bool:
        return self.start_s <= at_s < self.end_s

    def _has(self, stretch: Stretch | CueReport) -> bool:
        return stretch.start_s < self.end_s and stretch.end_s > self.start_s

    def _span(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Where what lies in this row begins, and how wide it is."""
        x = self._x(max(start_s, self.start_s))
        return x, max(self._x(min(end_s, self.end_s)) - x, 0.0)

    def _rect(self, kind: str, start_s: float, end_s: float, y: float, height: float, more: str = "") -> str:
        x, width = self._span(start_s, end_s)
        return f'<rect class="{kind}" x="{x:.2f}" y="{y:g}" width="{width:.2f}" height="{height:g}"{more}/>'

    def _clip(self, clip: Stretch) -> str:
        x, width = self._span(clip.start_s, clip.end_s)
        title = escape(clip.title)
        return (
            f"<g><title>{title}, {_times(clip)}</title>"
            f'<path class="clip" d="M{x + 1:.2f} {_FLAGS - 2:g}v-4H{x + width - 1:.2f}v4"/>'
            f'<svg x="{x + 2:.2f}" y="{_TITLES:g}" width="{max(width - 4, 0):.2f}" height="15">'
            f'<text class="clip-title" y="11">{title}</text></svg></g>'
        )

    def _shot(self, number: int, shot: Stretch) -> str:
        kind = "shot" if number % 2 else "shot even"
        band = self._rect(kind, shot.start_s, shot.end_s, _FLAGS + 8, _SHOTS_END - _FLAGS - 8)
        is_cut = number and self._shows(shot.start_s)
        cut = f'<path class="cut" d="M{self._x(shot.start_s):.2f} {_FLAGS + 2:g}V{_SHOTS_END:g}"/>' if is_cut else ""
        return f"<g><title>shot {number + 1}, {_times(shot)}</title>{band}{cut}</g>"

    def _clock(self) -> str:
        step = next((step for step in _TICKS_S if step * self.scale >= _TICK_ROOM), _TICKS_S[-1])
        seconds = range(ceil(self.start_s - 0.001), floor(self.end_s + 0.001) + 1)
        ticks = "".join(f"M{self._x(s):.2f} {_SHOTS_END:g}v{5 if s % step == 0 else 2}" for s in seconds)
        figures = (
            f'<text class="clock" x="{self._x(s):.2f}" y="{_CLOCK:g}">{clock(s)}</text>' for s in seconds if s % step == 0
        )
        return f'<path class="tick" d="{ticks}"/>{"".join(figures)}'

    def _flags(self, cue: CueReport) -> str:
        """The times that the script gives a cue."""
        flags = []
        for at_s, kind, way in ((cue.given_start_s, "flag", 8), (cue.given_end_s, "flag end", -8)):
            # An end at the end of a row belongs to that row.
            edge_s = self.start_s if kind == "flag" else self.start_s + 0.001
            if at_s is not None and edge_s <= at_s < self.end_s + (kind != "flag") * 0.001:
                shape = f"M{self._x(at_s):.2f} {_BARS:g}v-12l{way} 4 {-way} 4"
                flags.append(f'<path class="{kind}" d="{shape}"><title>cue {cue.number}: given {clock(at_s)}</title></path>')
        return "".join(flags)

    def _cue(self, cue: CueReport) -> str:
        kind = "bar moved" if cue.moved else "bar"
        more = f' rx="2" fill="{colour(cue.speed)}"'
        parts = [
            f'<a href="#cue-{cue.number}"><title>{escape(_told(cue))}</title>',
            self._rect(kind, cue.start_s, cue.end_s, _BARS, _BAR, more),
        ]
        fits_s = max(cue.end_s - cue.overrun_s, cue.start_s)
        if cue.overrun_s and fits_s < self.end_s:
            parts.append(self._rect("overrun", fits_s, cue.end_s, _BARS, _BAR))
        if cue.crosses_cut:
            parts += [self._crossed(shot.start_s) for shot in self.report.shots if self._cuts(cue, shot.start_s)]
        if cue.faults:
            parts.append(self._rect("misheard", cue.start_s, cue.end_s, _BARS + _BAR + 2, 5))
        return "".join([*parts, self._label(cue, fits_s), "</a>"])

    def _cuts(self, cue: CueReport, at_s: float) -> bool:
        return cue.start_s < at_s < cue.end_s and self._shows(at_s)

    def _crossed(self, at_s: float) -> str:
        return f'<rect class="crossed" x="{self._x(at_s) - 1.2:.2f}" y="{_BARS - 3:g}" width="2.4" height="{_BAR + 6:g}"/>'

    def _label(self, cue: CueReport, fits_s: float) -> str:
        """As much as there is room for: the number; its speed; how its text begins, over what fits."""
        x, width = self._span(cue.start_s, cue.end_s)
        if width < 5:
            return ""
        full = f"{cue.number} · {cue.speed:.2f}×"
        number = full if len(full) * _DIGIT <= width - 6 else str(cue.number)
        size = min(12.0, 12.0 * width / (len(number) * _DIGIT + 1))
        words = _shortened(cue.text, (self._span(cue.start_s, fits_s)[1] - 6) / _LETTER)
        at = 'x="4"' if words or number == full else f'x="{width / 2:.2f}" text-anchor="middle"'
        first = f'<text class="number" {at} y="{15 if words else 22}" font-size="{size:.3g}">{number}</text>'
        second = f'<text class="words" x="4" y="29">{escape(words)}</text>' if words else ""
        # In a picture of its own, which nothing leaves; with a rim of the bar's colour, which parts it from the hatching.
        return (
            f'<svg class="label" x="{x:.2f}" y="{_BARS:g}" width="{width:.2f}" height="{_BAR:g}" '
            f'stroke="{colour(cue.speed)}">{first}{second}</svg>'
        )


def _told(cue: CueReport) -> str:
    """A cue in words, for who points at it."""
    lines = [f"Cue {cue.number}: {cue.text}", f"{_times(cue)}, {cue.speed:.2f} times as fast as the voice by itself"]
    return "\n".join([*lines, cue.note] if cue.note else lines)


def _times(stretch: Stretch | CueReport) -> str:
    return f"{clock(stretch.start_s)}–{clock(stretch.end_s)}"


def _shortened(text: str, letters: float) -> str:
    """How a text begins, as far as so many letters of a usual width go; "" where that says nothing."""
    end, used = 0, 1.0  # for the dots
    while end < len(text) and used < letters:
        used += 2 if east_asian_width(text[end]) in "WF" else 1
        end += 1
    if end == len(text) and used < letters:
        return text
    return text[: end - 1].rstrip() + "…" if letters >= 9 else ""


def _hex(levels) -> str:
    return "#" + "".join(f"{level:02x}" for level in levels)
