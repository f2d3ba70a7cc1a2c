"""A voice leaves out the noise of its recordings, and nothing of what it says."""

import numpy as np
import pytest

from voicekit.audio.features import LOG_FLOOR, N_MELS
from voicekit.model.noise_floor import noise_bands, without_noise
from voicekit.model.onnx_graph import Graph
from voicekit.model.onnx_networks import open_session
from voicekit.model.piper_graph import _without_noise
from voicekit.model.voice_file import NOISE_BANDS, Calibration

NEPER_PER_DB = np.log(10) / 20
#: Of a hiss that rises by 19 dB from the lowest to the highest band.
HISS_DB = tuple(-40.0 + np.arange(NOISE_BANDS))
CALIBRATION = Calibration(noise_db=HISS_DB, noise_reduction_db=15.0)


def hiss(above_db: float = 0.0) -> np.ndarray:
    """(N_MELS, 7) log-mel of that hiss, so much louder."""
    bands = np.linspace(-40, -21, N_MELS) + above_db
    return np.repeat((bands * NEPER_PER_DB).astype(np.float32)[:, None], 7, axis=1)


def test_the_noise_goes_down_by_what_is_asked():
    for reduction_db in (6.0, 15.0):
        lowered = without_noise(hiss(), Calibration(noise_db=HISS_DB, noise_reduction_db=reduction_db))
        assert (hiss() - lowered) / NEPER_PER_DB == pytest.approx(reduction_db, abs=0.01)


def test_speech_is_left_as_it_is_and_what_is_louder_stays_louder():
    speech = without_noise(hiss(30), CALIBRATION)
    assert np.abs(speech - hiss(30)).max() / NEPER_PER_DB < 0.05
    levels = [float(without_noise(hiss(db), CALIBRATION).mean()) for db in range(-20, 40)]
    assert (np.diff(levels) > 0).all()


@pytest.mark.parametrize("calibration", [
    Calibration(), Calibration(noise_db=HISS_DB, noise_reduction_db=0.0), Calibration(noise_reduction_db=15.0)
])  # fmt: skip
def test_it_can_be_switched_off(calibration):
    assert np.array_equal(without_noise(hiss(), calibration), hiss())


def test_nothing_is_softer_than_what_the_vocoder_knows():
    silence = np.full((N_MELS, 3), np.log(LOG_FLOOR), np.float32)
    assert np.array_equal(without_noise(silence, CALIBRATION), silence)


def test_an_exported_graph_does_the_same():
    mel = (hiss() + np.random.default_rng(0).normal(0.5, 2, (N_MELS, 7))).astype(np.float32)
    for calibration in (CALIBRATION, Calibration()):
        graph = Graph()
        given = graph.input("mel", "float32", [N_MELS, "frames"])
        graph.output("out", _without_noise(graph, given, calibration) + 0, [N_MELS, "frames"])
        (made,) = open_session(graph.serialise({}), "graph").run(None, {"mel": mel})
        assert made == pytest.approx(without_noise(mel, calibration), abs=1e-4)


def test_the_noise_is_what_is_heard_where_nobody_speaks():
    rng = np.random.default_rng(0)
    quiet = np.repeat(hiss()[:, :1], 20, axis=1)
    spoken = hiss(30)[:, :1] + np.abs(rng.normal(0, 2, (N_MELS, 180)))
    assert noise_bands(np.concatenate((spoken, quiet), axis=1), 0.05) == pytest.approx(HISS_DB, abs=0.2)
