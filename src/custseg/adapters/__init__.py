"""Doors to other libraries; each room imports its own engine only, when called."""
