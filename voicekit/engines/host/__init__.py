"""Engines in environments of their own, whose packages fight ours or each other, or whose licence keeps them apart."""
