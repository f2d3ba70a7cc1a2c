"""Documents of other programs as text: Word, OpenDocument, EPUB, HTML and Final Draft, each in one file.

Paragraphs are parted by blank lines, headings and tables are Markdown, and a screenplay is Fountain, as the readers of
scripts know them. What is no text of the author's (comments, deleted words, navigation) is left out.
"""
