"""What runs a stage, and `produce`, which runs them all."""
