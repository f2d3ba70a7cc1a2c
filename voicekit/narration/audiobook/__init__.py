"""Books to audiobooks: one file with chapter marks, or a folder with a file a chapter."""
