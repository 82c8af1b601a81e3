"""Bytes to bytes: what a file is, and what it says besides the picture. No petition matter."""
