"""Benchmarks: how fast the product is beside its peers and what the machine allows."""
