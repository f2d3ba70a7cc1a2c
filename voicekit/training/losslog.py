"""The losses of a training run as a table and as a picture."""

import csv
from pathlib import Path

import numpy as np

from voicekit.core.files import atomic, explain_os_error, write_text


class LossLog:
    """`losses.csv`: task, step, minutes, split, name, value; training losses of the first step, then means over 20."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", newline="", encoding="utf-8")
        except OSError as error:
            raise explain_os_error(error, path) from error
        self._rows = csv.writer(self._file)
        self._sums: dict[str, list[float]] = {}
        if self._file.tell() == 0:
            self._rows.writerow(["task", "step", "minutes", "split", "name", "value"])

    def __enter__(self) -> "LossLog":
        return self

    def __exit__(self, kind, error: BaseException | None, trace) -> None:
        try:
            self._file.close()
        except OSError as failure:
            error = error or failure
        if isinstance(error, OSError):
            raise explain_os_error(error, self._path) from error

    def add(self, task: str, step: int, elapsed_s: float, split: str, losses: dict[str, float]) -> None:
        if split == "train":
            for name, value in losses.items():
                self._sums.setdefault(name, []).append(value)
            if step % 20 and step != 1:
                return
            losses = {name: float(np.mean(values)) for name, values in self._sums.items()}
            self._sums = {}
        minutes = f"{elapsed_s / 60:.3f}"
        for name, value in losses.items():
            self._rows.writerow([task, step, minutes, split, name, f"{value:.5f}"])

    def flush(self) -> None:
        self._file.flush()


def drop_after(path: Path, task: str, step: int) -> None:
    """Drops the rows of steps that were lost when the run was killed, and are trained again; and half a last row."""
    if not path.is_file():
        return
    rows = [row for row in path.read_text(encoding="utf-8").splitlines(keepends=True) if row.endswith("\n")]
    write_text(path, "".join(row for row in rows if row.split(",")[0] != task or int(row.split(",")[1]) <= step))


def plot_losses(losses: Path, picture: Path) -> None:
    """Draws `losses.csv`, a panel a task."""
    from matplotlib.figure import Figure

    curves: dict[str, dict[str, tuple[list[float], list[float]]]] = {}
    with losses.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["name"] + (" (held out)" if row["split"] == "held-out" else "")
            xs, ys = curves.setdefault(row["task"], {}).setdefault(name, ([], []))
            xs.append(float(row["minutes"]))
            ys.append(float(row["value"]))
    figure = Figure(figsize=(6 * max(len(curves), 1), 4), layout="constrained")
    panels = figure.subplots(1, max(len(curves), 1), squeeze=False)[0]
    for panel, (task, named) in zip(panels, curves.items(), strict=False):
        for name, (xs, ys) in named.items():
            panel.plot(xs, ys, "o--" if "held out" in name else "-", label=name, markersize=3, linewidth=1)
        panel.set(title=task, xlabel="minutes", yscale="log")
        panel.legend(fontsize=6)
    with atomic(picture) as partial:
        figure.savefig(partial, dpi=110)
