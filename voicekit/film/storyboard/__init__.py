"""Brief and storyboard: splitting, lengths, and what language models answer."""
