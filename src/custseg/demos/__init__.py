"""Made-up sales: a wholesaler, and a small trade behind each packaged policy."""
