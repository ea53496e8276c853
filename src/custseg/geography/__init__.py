"""Places: countries, the provinces of China, distances. Facts, without any policy."""
