"""What pictures are drawn with: a canvas and its pens, colours, and flat shapes on a sheet of their own."""
