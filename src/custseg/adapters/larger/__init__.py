"""Data larger than memory, on one machine: DuckDB shuffles, numpy computes."""
