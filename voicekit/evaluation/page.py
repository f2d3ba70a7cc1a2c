"""An evaluation as a page to listen to: a folder with evaluation.html, that can be moved as it is."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from voicekit.core.files import atomic, write_text
from voicekit.core.templates import templates
from voicekit.evaluation.compare import Evaluation, picture_path
from voicekit.evaluation.report import columns_of, has_intervals, rows_of, shown, worst_first
from voicekit.evaluation.verdict import verdict

_BEST = {"lower": "low", "higher": "high", "human": "near the human's"}


def write_page(evaluation: Evaluation, losses: Path | None = None) -> None:
    """Writes evaluation.html, and the picture of the training curves beside it where `losses` is there."""
    has_losses = False
    if losses and losses.is_file():
        has_losses = True
        with atomic(evaluation.folder / "losses.png") as partial:
            shutil.copyfile(losses, partial)
    page = (
        templates("voicekit.evaluation")
        .get_template("page.html")
        .render(
            evaluation=evaluation,
            verdict=verdict(evaluation),
            has_intervals=has_intervals(evaluation),
            tables=[_table(evaluation, group) for group in dict.fromkeys(column.group for column in columns_of(evaluation))],
            columns=columns_of(evaluation),
            best=_BEST,
            has_losses=has_losses,
            sentences=[_sentence(evaluation, sentence_id) for sentence_id in worst_first(evaluation)],
        )
    )
    write_text(evaluation.folder / "evaluation.html", page)


def _table(evaluation: Evaluation, group: str) -> dict[str, Any]:
    columns = columns_of(evaluation, group)
    rows = [
        (row.name, [shown(row, column, interval=True).partition(" ")[::2] for column in columns])
        for row in rows_of(evaluation, columns)
    ]
    return {"group": group, "columns": columns, "rows": rows}


def _sentence(evaluation: Evaluation, sentence_id: str) -> dict[str, Any]:
    """A sentence as each system said it, with the columns that somebody has a figure for."""
    scores = [(row.name, score) for row in evaluation.rows for score in row.scores if score.sentence == sentence_id]
    columns = [column for column in columns_of(evaluation) if any(column.key in score.figures for _, score in scores)]
    picture = picture_path(evaluation.folder, sentence_id)
    return {
        "id": sentence_id,
        "text": next(sentence.text for sentence in evaluation.sentences if sentence.id == sentence_id),
        "columns": columns,
        "rows": [
            {
                "name": name,
                "wav": quote(score.wav),
                "heard": score.heard or "",
                "figures": [
                    f"{score.figures[column.key].value:.{column.digits}f}" if column.key in score.figures else ""
                    for column in columns
                ],
            }
            for name, score in scores
        ],
        "picture": quote(picture.relative_to(evaluation.folder).as_posix()) if picture.is_file() else "",
    }
