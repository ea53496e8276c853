"""The journal: an append-only memory of tiers that can be checked, and can forget."""
