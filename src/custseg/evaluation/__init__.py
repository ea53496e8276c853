"""How a grading did: what its tiers brought in the period after a day."""
