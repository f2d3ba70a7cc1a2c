"""The main job with built-in defaults: it needs nothing but voicekit itself.

There is no person with a microphone in a fresh checkout, so the built-in voice stands in for one: it reads sentences into a
folder of recordings. From there on everything is as for a person: prepare, train, narrate.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voicekit.core.files import write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import length_of_time
from voicekit.dataset.prepare import prepare
from voicekit.film.soundtrack.composer import compose
from voicekit.film.soundtrack.form import Part
from voicekit.film.soundtrack.instruments import RATE
from voicekit.media.film import write_film
from voicekit.narration.narrate import narrate
from voicekit.speech.say import say
from voicekit.speech.voices import built_in_folder, load_engine, read_voice
from voicekit.training.settings import TrainConfig, with_minutes
from voicekit.training.train import train

#: The sentences that the stand-in speaker reads, written for this purpose.
SENTENCES = (
    "The morning train was late again, and nobody seemed to mind.",
    "Three small boats were waiting below the old bridge.",
    "She opened the window, and the whole room smelled of rain.",
    "How many times have we walked along this river?",
    "A good tool does one thing well, and says so plainly.",
    "Yesterday we found a letter between the pages of a cookbook.",
    "The engine coughed twice, then settled into a steady hum.",
    "If you listen closely, you can hear the snow falling.",
    "Every house on our street has a different colour.",
    "He measured the table again, just to be sure.",
    "Could you pass me the blue cup, please?",
    "The library closes at five, so we should hurry.",
    "Nothing moved, except the shadow of a passing cloud.",
    "My grandfather kept bees behind the garden wall.",
    "What a strange and wonderful sound that was!",
    "They painted the ceiling first, and the floor last.",
)
SCRIPT = """\
[00:01] This film has no plot. It is only light, and a little music.

[00:07.5-00:12] Yet it has a narrator, who learned to speak a moment ago.

When the voice is heard, the music steps back. When it rests, the music returns.

The picture has not been touched: it was copied, byte for byte.
"""
FILM_S, FPS, WIDTH, HEIGHT = 24, 25, 640, 360


def demo(
    folder: Path,
    device: str = "auto",
    minutes: float = 1.0,
    reporter: Reporter = SILENT,
) -> Path:
    """Runs the whole chain inside `folder`; the path of the narrated film.

    Args:
        minutes: of training.
    """
    base = read_voice(built_in_folder())
    recordings = folder / "recordings"
    reporter.say(f"• The built-in voice records {len(SENTENCES)} sentences: {recordings}")
    engine = load_engine(base, device)
    for number, sentence in enumerate(SENTENCES, start=1):
        out = recordings / f"sentence-{number:02d}.wav"
        if not out.exists():
            say(sentence, out, engine)
        write_text(out.with_suffix(".txt"), sentence + "\n")

    reporter.say("• voicekit prepare: level, cut, features, transcripts")
    prepare(recordings, out=folder / "datasets", name="demo")

    lasts = length_of_time(60 * minutes)
    reporter.say(f"• voicekit train: {lasts} (a real voice wants half an hour of recordings, and more training)")
    config = with_minutes(TrainConfig(), minutes)
    voice = train([folder / "datasets" / "demo"], folder / "voices" / "demo", config, base.folder, device, reporter)

    clip, script, film = folder / "clip.mp4", folder / "script.txt", folder / "narrated.mp4"
    reporter.say(f"• A clip to narrate: {clip}")
    write_film(clip, _pictures(), FPS, compose([Part(0.0, FILM_S, "calm")]), RATE)
    write_text(script, SCRIPT)
    reporter.say("• voicekit narrate: speak, place, duck, master, mux")
    narrate(script, clip, film, load_engine(read_voice(voice), device))
    return film


def _pictures() -> Iterator[np.ndarray]:
    """Three drifting lights over a slowly turning dusk."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) / HEIGHT
    for number in range(FILM_S * FPS):
        t = number / FPS
        sky = 0.25 + 0.2 * np.stack([y * np.sin(0.1 * t + k) for k in (0.5, 1.4, 2.2)], axis=-1)
        for k, colour in enumerate(((1.0, 0.6, 0.2), (0.3, 0.7, 1.0), (0.9, 0.3, 0.7))):
            centre_x = 0.89 + 0.7 * np.sin(0.31 * t + 2.1 * k)
            centre_y = 0.5 + 0.3 * np.cos(0.43 * t + 1.3 * k)
            glow = np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / 0.03)
            sky = sky + glow[..., None] * np.array(colour, dtype=np.float32)
        yield (sky.clip(0, 1) * 255).astype(np.uint8)
