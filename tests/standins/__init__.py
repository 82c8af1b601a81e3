"""Servers that stand in for others: real sockets, as strict as the real ones."""
