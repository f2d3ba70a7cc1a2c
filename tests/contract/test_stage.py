"""Every built-in stage that needs nothing from elsewhere keeps the contract."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from voicekit.core import plugins
from voicekit.film.pipeline.stage_run import load_stage, options_of
from voicekit.film.stage import KINDS
from voicekit.media.film import write_film
from voicekit.testing import check_stage


@pytest.fixture
def files(tmp_path) -> dict[str, list[Path]]:
    """Something small of every kind that stages take."""
    rng = np.random.default_rng(0)
    (tmp_path / "brief.txt").write_text("The lights come on over the city. A crowd begins to sing.")
    (tmp_path / "words.txt").write_text("The lights\na city at night, slow zoom in\n")
    Image.fromarray(rng.integers(0, 255, (60, 90, 3), dtype=np.uint8)).save(tmp_path / "still.png")
    for name in ("one.mp4", "two.mp4"):
        write_film(tmp_path / name, rng.integers(0, 255, (12, 32, 48, 3), dtype=np.uint8), 25)
    return {
        "storyboard": [tmp_path / "brief.txt"],
        "stills": [tmp_path / "words.txt"],
        "animate": [tmp_path / "still.png"],
        "assemble": [tmp_path / "one.mp4", tmp_path / "two.mp4"],
        "enhance": [tmp_path / "one.mp4"],
    }


SMALL = {
    "camera": {"seconds": "0.5", "width": "64", "height": "36"},
    "cards": {"width": "128", "height": "72"},
}


@pytest.mark.parametrize("name", ["split", "cards", "camera", "cut", "filters"])
def test_stages_that_work_offline(files, tmp_path, name):
    stage = load_stage(name)
    made = check_stage(stage, files[stage.kind], tmp_path / "work", options_of(stage, SMALL.get(name, {})))
    assert made.suffix == stage.gives


def test_every_kind_has_a_stage_and_every_stage_a_kind():
    found = {load_stage(name).kind for name in plugins.names("stages")}
    assert found == set(KINDS)
