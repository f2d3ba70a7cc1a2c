"""What runs in the environment of another engine: nothing here imports voicekit, nor what voicekit's environment holds.

`worker.py` is started there by path, and reads `frames.py` and the module of its engine by path. Of these, voicekit itself
imports `frames` alone.
"""
