"""Programs as data, and what becomes of them when they are run."""
