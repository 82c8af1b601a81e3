"""Plain values, and what people type made clean: no clock, no case under way."""
