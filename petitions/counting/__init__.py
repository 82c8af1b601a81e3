"""The counts of the history: sums, published figures, small numbers, hot matters."""
