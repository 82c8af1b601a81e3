"""A case under way: the one table, its clocks, its papers, who is told."""
