"""Books: chapters, title, author and cover of a document, and what of it is not read out."""
