"""Everything that hears: voice activity, transcribers, aligners, and whether a text was said."""
