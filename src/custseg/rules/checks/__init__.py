"""Whether a policy makes sense: labels that nobody can get, bars that clash."""
