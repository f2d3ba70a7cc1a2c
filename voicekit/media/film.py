"""A film from pictures and sound."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from voicekit.files import atomic
from voicekit.media.container import url


def write_film(path: Path, pictures: Iterable[np.ndarray], fps: int, waveform: np.ndarray, sample_rate: int) -> None:
    """Writes an MP4 (H.264 and AAC), whole or not at all.

    Args:
        pictures: (height, width, 3) uint8 each, of one even-numbered size.
        waveform: (2, samples) float32 in [−1, 1], as long as the pictures.
    """
    import av

    with atomic(path) as partial, av.open(url(partial), "w", format="mp4", options={"movflags": "faststart"}) as film:
        video = film.add_stream("libx264", rate=fps, options={"crf": "23", "preset": "veryfast"})
        video.pix_fmt = "yuv420p"
        audio = film.add_stream("aac", rate=sample_rate, layout="stereo")
        per_picture = sample_rate // fps
        for number, picture in enumerate(pictures):
            if number == 0:
                video.height, video.width = picture.shape[:2]
            film.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            block = np.ascontiguousarray(waveform[:, number * per_picture : (number + 1) * per_picture])
            frame = av.AudioFrame.from_ndarray(block.astype(np.float32), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = sample_rate, number * per_picture
            film.mux(audio.encode(frame))
        film.mux(video.encode(None))
        film.mux(audio.encode(None))
