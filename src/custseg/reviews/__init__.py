"""Reviews of held tiers: what is remembered, decided, shown and recorded."""
