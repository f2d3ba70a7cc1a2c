"""What holds for any input: found by hypothesis, the same ones each time. VOICEKIT_EXAMPLES=5000 looks harder."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "voicekit",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("VOICEKIT_EXAMPLES", 75)),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("voicekit")
