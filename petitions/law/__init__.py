"""The regulation as data, and the counting of days."""
