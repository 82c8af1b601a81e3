"""What the history counts as: sums, published figures, small numbers, hot matters."""
