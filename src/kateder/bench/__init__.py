"""The benchmarks behind `kateder bench`; each prints JSON."""
