"""`python -m voicekit`."""

from voicekit.cli import main

main()
