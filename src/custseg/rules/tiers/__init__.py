"""Tiers with memory: when they are looked at, how they move, and why."""
