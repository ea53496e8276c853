"""What was odd about the data: its kinds, what to do with each, and the account."""
