"""Offices in the states that tests need, and what is read of them past the chats."""
