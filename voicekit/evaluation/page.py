"""An evaluation as a page to listen to: a folder with evaluation.html, that can be moved as it is."""

import html
import shutil
from pathlib import Path
from urllib.parse import quote

from voicekit.core.files import atomic, write_text
from voicekit.evaluation.compare import Evaluation, picture_path
from voicekit.evaluation.figures import Score
from voicekit.evaluation.report import columns_of, rows_of, shown, worst_first

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
small { color: #777 }  article { margin: 2.5rem 0; border-top: 2px solid #ddd }
audio { height: 2rem; vertical-align: middle }
img { max-width: 100% }  .scroll { overflow-x: auto }
"""

_BEST = {"lower": "low", "higher": "high", "human": "near the human's"}


def write_page(evaluation: Evaluation, losses: Path | None = None) -> None:
    """Writes evaluation.html, and the picture of the training curves beside it where `losses` is there."""
    has_losses = False
    if losses and losses.is_file():
        has_losses = True
        with atomic(evaluation.folder / "losses.png") as partial:
            shutil.copyfile(losses, partial)
    e = html.escape
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{e(evaluation.title)}</title><style>{_STYLE}</style>',
        f"<h1>{e(evaluation.title)}</h1>",
        *_tables(evaluation),
        "<ul>",
        *(f"<li>{e(note)}</li>" for note in evaluation.notes),
        *(f"<li>left out: “{e(left.text)}”: {e(left.reason)}</li>" for left in evaluation.left_out),
        "</ul><h2>What the columns mean</h2><dl>",
        *(f"<dt><b>{e(c.heading)}</b>, best {_BEST[c.better]}<dd>{e(c.meaning)}" for c in columns_of(evaluation)),
        "</dl>",
        '<h2>Training</h2><img src="losses.png" alt="losses over time">' if has_losses else "",
        f"<h2>Sentences, the worst of {e(evaluation.rows[-1].name)} first</h2>",
        *(_sentence(evaluation, sentence_id) for sentence_id in worst_first(evaluation)),
    ]
    write_text(evaluation.folder / "evaluation.html", "\n".join(parts) + "\n")


def _tables(evaluation: Evaluation) -> list[str]:
    lines = []
    for group in dict.fromkeys(column.group for column in columns_of(evaluation)):
        columns = columns_of(evaluation, group)
        heads = "".join(f"<th>{html.escape(c.title)}<br><small>{html.escape(c.unit)}</small>" for c in columns)
        lines.append(f'<div class="scroll"><table><tr><th>{html.escape(group)}{heads}')
        for row in rows_of(evaluation, columns):
            cells = "".join(f"<td>{_cell(shown(row, column, interval=True))}" for column in columns)
            lines.append(f"<tr><td>{html.escape(row.name)}{cells}")
        lines.append("</table></div>")
    return [*lines, "<p><small>in brackets: 95 % intervals over the sentences (bootstrap)</small>"]


def _cell(text: str) -> str:
    value, _, interval = text.partition(" ")
    return f"{value}<br><small>{interval}</small>" if interval else value


def _sentence(evaluation: Evaluation, sentence_id: str) -> str:
    text = next(sentence.text for sentence in evaluation.sentences if sentence.id == sentence_id)
    said = [(row.name, score) for row in evaluation.rows for score in row.scores if score.sentence == sentence_id]
    columns = [column for column in columns_of(evaluation) if any(column.key in score.figures for _, score in said)]
    lines = [
        f"<article><h3>{html.escape(text)}</h3><div class=scroll><table><tr><th><th>{html.escape(sentence_id)}<th>heard"
    ]
    lines += [f"<th>{html.escape(column.title)}" for column in columns]
    for name, score in said:
        player = f'<audio controls preload="none" src="{quote(score.wav)}"></audio>'
        figures = "".join(f"<td>{_figure(score, column)}" for column in columns)
        lines.append(f"<tr><td>{html.escape(name)}<td>{player}<td>{html.escape(score.heard or '')}{figures}")
    lines.append("</table></div>")
    picture = picture_path(evaluation.folder, sentence_id)
    if picture.is_file():
        src = quote(picture.relative_to(evaluation.folder).as_posix())
        lines.append(f'<img loading="lazy" src="{src}" alt="spectrograms of the human and of the voice">')
    return "\n".join([*lines, "</article>"])


def _figure(score: Score, column) -> str:
    return f"{score.figures[column.key].value:.{column.digits}f}" if column.key in score.figures else ""
