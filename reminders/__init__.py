"""What the office says by itself: a clock, the ledger, a courier for each channel."""
