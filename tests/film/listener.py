"""A reporter that keeps what it hears."""

from voicekit.core.reporter import Reporter


class Listener(Reporter):
    """Appends notes and shares of progress to lists of the test."""

    def __init__(self, notes: list[str] | None = None, shares: list[float] | None = None) -> None:
        self.notes = [] if notes is None else notes
        self.shares = [] if shares is None else shares

    def note(self, line):
        self.notes.append(line)

    def progress(self, task, share, left_s=None, numbers=None):
        self.shares.append(share)
