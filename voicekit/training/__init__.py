"""Utterances to a voice: settings, data, tasks, and the loop."""
