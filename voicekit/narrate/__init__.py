"""A script spoken over a film."""
