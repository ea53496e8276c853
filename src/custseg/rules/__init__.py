"""Numbers -> labels, tiers, actions: what a policy makes of the facts and scores."""
