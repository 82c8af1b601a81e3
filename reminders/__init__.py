"""The notices that the office sends by itself: a clock, the ledger, a courier for each channel."""
