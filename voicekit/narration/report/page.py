"""A narration as a page to look at and to listen to: one file that needs nothing else and can be moved as it is."""

import base64
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import numpy as np

from voicekit.core.files import as_text
from voicekit.media.write import as_mp3
from voicekit.narration.report.picture import STYLE, colour, legend, picture
from voicekit.narration.report.report import CueReport, Report
from voicekit.text.script.cue import clock

#: Every browser plays MP3: Safari plays Opus in Ogg only since 2025, and AAC is missing where a browser comes without
#: patents. MP3 without a file's index also starts at once. For a voice, 24 kHz and 48 kbit/s are as good as the original
#: through most speakers; a minute of speech is half a megabyte of page.
_RATE, _BIT_RATE = 24_000, 48_000

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d1d1f; --quiet: #6b6b72; --line: #d9d9de; --shot: #dfe1e8;
  --shot-even: #f0f1f4; --note: #fff1d6; --wrong: #b3005f }
@media (prefers-color-scheme: dark) { :root { --paper: #17181b; --ink: #ececf0; --quiet: #a2a2ab; --line: #3a3b42;
  --shot: #33353d; --shot-even: #27282e; --note: #40300f; --wrong: #ff8ac4 } }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink);
  background: var(--paper) }
h1 { margin-bottom: .2rem; overflow-wrap: anywhere }  h2 { margin-top: 2rem }  small { color: var(--quiet) }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.9rem, 1fr)); gap: .6rem; margin: 1.2rem 0 }
.figures div { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .7rem }
.figures dt { font-size: .8rem; color: var(--quiet) }  .figures dd { margin: 0; font-size: 1.2rem; white-space: nowrap }
.figures small { display: block; font-size: .8rem; white-space: normal }
.figures .wrong dd { color: var(--wrong); font-weight: 600 }  .figures .wrong small { font-weight: 400 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: .5rem .5rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top }
thead th { font-size: .8rem; color: var(--quiet); font-weight: 600; vertical-align: bottom }
th:nth-child(2), td:nth-child(2) { text-align: start; width: 99% }  td { white-space: nowrap }
td p { margin: 0 0 .4rem; white-space: normal; min-width: 14rem; text-align: start }
tr:target { outline: 3px solid var(--ink) }
.badge { display: inline-block; min-width: 1.6rem; border-radius: .3rem; text-align: center; color: #000; padding: 0 .2rem }
.note { background: var(--note); border-left: 4px solid var(--wrong); padding: .2rem .6rem }
audio { height: 2.2rem; width: 100%; max-width: 24rem }
@media (max-width: 50rem) { thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden }
  table, tbody { display: block }  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line) }
  td, tbody th { display: inline-block; border: 0; padding: .1rem .9rem .1rem 0 }
  td:nth-child(2) { display: block; width: auto }
  td[data-name]::before { content: attr(data-name) " "; color: var(--quiet) } }
@media print { audio { display: none } tr { break-inside: avoid } .badge { print-color-adjust: exact }
  body { max-width: none } }
"""


def page(report: Report, waveform: Callable[[int], np.ndarray], sample_rate: int) -> Iterator[str]:
    """The page in pieces, to be written one after another: no more than one cue's sound is in memory.

    Args:
        waveform: the sound of `report.cues[n]`, float32 (samples,); asked for once each, in order.
    """
    name = escape(Path(as_text(report.film)).name)
    # The browser itself makes sure that nothing is fetched and nothing is run, whatever a script's text tries.
    rules = "default-src 'none'; style-src 'unsafe-inline'; media-src data:"
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
        f"<title>{name}: narration</title><style>{_STYLE}{STYLE}</style></head>\n<body><h1>{name}</h1>\n"
    )
    yield _overview(report)
    yield f"<h2>Timeline</h2>{legend()}\n"
    for row in picture(report):
        yield row + "\n"
    heads = "".join(f'<th scope="col" title="{escape(meaning)}">{name}' for name, meaning, _ in _COLUMNS)
    yield "<h2>Cues, as they are heard</h2>\n<table><thead><tr>"
    yield f'<th scope="col">Cue<th scope="col">Text and sound{heads}</thead><tbody>\n'
    for n, cue in enumerate(report.cues):
        yield _row(cue, _player(cue, as_mp3(waveform(n), sample_rate, _RATE, _BIT_RATE)))
    yield "</tbody></table></body></html>\n"


def _overview(report: Report) -> str:
    """The figures of the whole film."""
    cues, film_lufs = report.cues, report.film_lufs
    speeds = [cue.speed for cue in cues]
    n_long, n_faulty = sum(cue.overrun_s > 0 for cue in cues), sum(bool(cue.faults) for cue in cues)
    n_heard = sum(cue.faults is not None for cue in cues)
    longer_s = report.narrated_s - report.film_s
    is_longer = longer_s > 0.05
    own = f"film {_level(film_lufs)}" if film_lufs is not None else ""
    figures = (
        ("Film", clock(report.film_s), f"written {longer_s:.1f} s longer" if is_longer else "", is_longer),
        ("Cues that fit", f"{len(cues) - n_long} of {len(cues)}", "", n_long > 0),
        ("Overruns", str(n_long), f"{sum(cue.overrun_s for cue in cues):.1f} s in all" if n_long else "", n_long > 0),
        ("Misheard", str(n_faulty) if n_heard else "–", f"of {n_heard} listened to" if n_heard else "", n_faulty > 0),
        ("Speed", f"{sum(speeds) / len(speeds):.2f}×", f"at most {max(speeds):.2f}×", False),
        ("Spoken anew", f"{report.n_spoken} of {len(cues)}", "", False),
        ("Loudness", f"{_level(report.loudness_lufs)} LUFS", own, False),
        ("True peak", f"{_level(report.true_peak_db)} dBTP", "before coding", False),
    )
    items = (
        f"<div{' class=wrong' if is_wrong else ''}><dt>{name}</dt><dd>{value}<small>{more}</small></dd></div>"
        for name, value, more, is_wrong in figures
    )
    return f'<dl class="figures">{"".join(items)}</dl>\n'


def _level(value_db: float) -> str:
    return f"{value_db:.1f}".replace("-", "−")


def _given(cue: CueReport) -> str:
    if cue.given_start_s is None:
        return "–"
    return clock(cue.given_start_s) + (f"–{clock(cue.given_end_s)}" if cue.given_end_s is not None else "")


#: What stands in the table for each cue: name, meaning and figure.
_COLUMNS: tuple[tuple[str, str, Callable[[CueReport], str]], ...] = (
    ("Heard", "from when to when, on the film's clock", lambda cue: f"{clock(cue.start_s)}–{clock(cue.end_s)}"),
    ("Given", "the time that the script gives", _given),
    ("Speed", "how much faster than the voice's own pace: pace × stretch", lambda cue: f"{cue.speed:.2f}×"),
    ("Pace", "how much faster the voice speaks", lambda cue: f"{cue.pace:.2f}"),
    ("Stretch", "how much faster its sound is played", lambda cue: f"{cue.stretch:.2f}"),
    (
        "Pauses",
        "by how much its pauses are shortened",
        lambda cue: f"−{cue.pauses_shortened_s:.1f} s" if cue.pauses_shortened_s else "–",
    ),
    ("Tries", "how often it was spoken", lambda cue: str(cue.tries)),
    ("Spoken", "now, or at an earlier run", lambda cue: "cached" if cue.was_cached else "new"),
)


def _row(cue: CueReport, player: str) -> str:
    badge = f'<span class="badge" style="background: {colour(cue.speed)}">{cue.number}</span>'
    note = f'<p class="note">{escape(cue.note)}</p>' if cue.note else ""
    figures = "".join(f'<td data-name="{name}">{figure(cue)}' for name, _, figure in _COLUMNS)
    text = f'<p dir="auto">{escape(cue.text)}</p>{note}{player}'
    return f'<tr id="cue-{cue.number}"><th scope="row">{badge}<td>{text}{figures}\n'


def _player(cue: CueReport, mp3: bytes) -> str:
    data = base64.b64encode(mp3).decode()
    return f'<audio controls preload="none" aria-label="cue {cue.number}" src="data:audio/mpeg;base64,{data}"></audio>'
