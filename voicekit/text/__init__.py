"""What is written, and how it is said: reading files of any encoding, sentences; see normalise/, phonemes/ and script/."""
