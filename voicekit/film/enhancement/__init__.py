"""Making clips better: deflicker, more frames, more pixels."""
