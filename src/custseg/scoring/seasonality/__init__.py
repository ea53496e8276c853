"""When in the year a customer buys: months, seasons, and what the next one brings."""
