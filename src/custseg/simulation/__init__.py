"""Replays of past dates, point in time and without writing."""
