"""`voice.toml`, which makes a folder a voice. Read without torch, so that voices are listed at once."""

import tomllib
from pathlib import Path
from typing import Any

from voicekit.core.errors import CheckpointError


def read_voice_toml(folder: Path) -> dict[str, Any]:
    """`voice.toml` as it stands.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    path = folder / "voice.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{folder} is not a voice: it has no voice.toml; train one with: voicekit train") from error
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); train the voice again or copy it again") from error
