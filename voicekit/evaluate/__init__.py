"""How good a voice is: judged by others' models and measured against the person saying the same sentences."""
