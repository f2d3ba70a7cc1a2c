"""An evaluation for programs (evaluation.json), for the terminal (tables), and in a few lines."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from voicekit import __version__
from voicekit.core.files import write_text
from voicekit.evaluation.compare import Evaluation
from voicekit.evaluation.figures import COLUMNS, Column, Estimate, Row
from voicekit.evaluation.verdict import verdict

if TYPE_CHECKING:
    from rich.table import Table

#: The metrics that a reader looks at first.
_FIRST = ("wer", "ovrl", "p808", "similarity", "mcd", "f0_error")


def columns_of(evaluation: Evaluation, group: str | None = None) -> list[Column]:
    """The columns that at least one row has a figure in."""
    found = {key for row in evaluation.rows for score in row.scores for key in score.figures}
    return [column for column in COLUMNS if column.key in found and group in (None, column.group)]


def rows_of(evaluation: Evaluation, columns: list[Column]) -> list[Row]:
    """The rows that have a figure in one of the columns: the human has no distance from the human."""
    keys = {column.key for column in columns}
    return [row for row in evaluation.rows if any(keys & score.figures.keys() for score in row.scores)]


def shown(row: Row, column: Column, *, interval: bool = False) -> str:
    """The mean of a row as a person reads it; empty where there is none."""
    mean = row.estimate(column.key)
    if mean is None:
        return ""
    text = f"{mean.value:.{column.digits}f}"
    if not interval or mean.low is None or mean.high is None:
        return text
    return f"{text} ({mean.low:.{column.digits}f}…{mean.high:.{column.digits}f})"


def tables(evaluation: Evaluation) -> Iterable["Table"]:
    """A table a group of columns; rows are the human, copy-synthesis and the voice."""
    from rich.table import Table

    for group in dict.fromkeys(column.group for column in columns_of(evaluation)):
        columns = columns_of(evaluation, group)
        table = Table(group, *(f"{column.title}\n{column.unit}".strip() for column in columns), box=None, pad_edge=False)
        for row in rows_of(evaluation, columns):
            table.add_row(row.name, *(shown(row, column) for column in columns))
        yield table


def has_intervals(evaluation: Evaluation) -> bool:
    return any(mean and mean.low is not None for row in evaluation.rows for mean in _means(evaluation, row).values())


def _means(evaluation: Evaluation, row: Row) -> dict[str, Estimate | None]:
    return {column.key: row.estimate(column.key) for column in columns_of(evaluation)}


def summary_lines(evaluation: Evaluation) -> list[str]:
    """What it means; then what one looks at first, a line a figure, from the human through the vocoder to the voice."""
    systems = " → ".join(row.name for row in evaluation.rows)
    brackets = "; in brackets 95 % intervals" if has_intervals(evaluation) else ""
    lines = [*verdict(evaluation), f"{evaluation.title} ({systems}{brackets})"]
    for column in columns_of(evaluation):
        if column.key in _FIRST:
            means = " → ".join(shown(row, column, interval=True) or "–" for row in evaluation.rows)
            lines.append(f"{column.heading}: {means}")
    return [*lines, *(f"note: {note}" for note in evaluation.notes), f"listen: {evaluation.folder / 'evaluation.html'}"]


def worst_first(evaluation: Evaluation) -> list[str]:
    """The ids of the sentences by the last row's mean rank over the columns that know better from worse, speed aside."""
    scores = {score.sentence: score for score in evaluation.rows[-1].scores}
    badness: dict[str, list[float]] = {sentence: [] for sentence in scores}
    for column in columns_of(evaluation):
        sign = {"lower": 1, "higher": -1}.get(column.better)
        having = [s for s in scores if column.key in scores[s].figures]
        if sign is None or column.key == "rtf" or not having:
            continue
        values = np.array([sign * scores[s].figures[column.key].value for s in having])
        for sentence, value in zip(having, values, strict=True):
            # The middle of the ranks that equal values share.
            badness[sentence].append(((values < value).mean() + (values <= value).mean()) / 2)
    return sorted(badness, key=lambda s: -float(np.mean(badness[s] or [0])))


def write_json(evaluation: Evaluation) -> None:
    """Writes evaluation.json: means with their intervals, then every sentence by every system."""
    texts = {sentence.id: sentence.text for sentence in evaluation.sentences}
    columns = columns_of(evaluation)
    means = {row.name: _means(evaluation, row) for row in evaluation.rows}
    content = {
        "voice": evaluation.voice,
        "dataset": evaluation.dataset,
        "language": evaluation.language,
        "recogniser": evaluation.recogniser,
        "voicekit": __version__,
        "date": date.today().isoformat(),
        "verdict": verdict(evaluation),
        "notes": evaluation.notes,
        "left_out": [asdict(left) for left in evaluation.left_out],
        "columns": [asdict(column) for column in columns],
        "means": {
            name: {key: _rounded(asdict(mean)) for key, mean in by_key.items() if mean} for name, by_key in means.items()
        },
        "sentences": [
            {
                "id": score.sentence,
                "text": texts[score.sentence],
                "system": row.name,
                "heard": score.heard,
                "wav": score.wav,
                "figures": {key: round(figure.value, 4) for key, figure in score.figures.items()},
            }
            for row in evaluation.rows
            for score in row.scores
        ],
    }
    write_text(evaluation.folder / "evaluation.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _rounded(values: dict[str, float | None]) -> dict[str, float | None]:
    return {key: None if value is None else round(value, 4) for key, value in values.items()}
