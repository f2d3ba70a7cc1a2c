"""A brief to a film: pluggable stages (stage.py), which pipeline runs; see pipeline/."""
