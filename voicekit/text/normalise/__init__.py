"""Written text to spoken words: numbers, dates, amounts, abbreviations; English and German."""
