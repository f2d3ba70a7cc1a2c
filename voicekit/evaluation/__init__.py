"""A voice beside its speaker, judged by others' models."""
