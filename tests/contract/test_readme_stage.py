"""The stage that docs/plug-ins.md shows is whole, and keeps the contract."""

import re
from pathlib import Path

import numpy as np

from voicekit.media.film import read_pictures, write_film
from voicekit.testing import check_stage

PAGE = Path(__file__).parents[2] / "docs" / "plug-ins.md"


def test_the_stage_in_the_documentation(tmp_path):
    source = next(
        block
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        if "(Stage)" in block
    )
    names: dict = {"__name__": "grey"}
    exec(source, names)
    red = np.tile(np.array([200, 30, 30], np.uint8), (10, 32, 48, 1))
    write_film(tmp_path / "film.mp4", red, 25)
    made = check_stage(names["Grey"](), [tmp_path / "film.mp4"], tmp_path / "work")
    pictures = list(read_pictures(made))
    assert len(pictures) == 10 and all(np.ptp(picture.pixels.astype(int), axis=2).max() <= 3 for picture in pictures)
