"""The conversations: what each person reads and presses, on every channel alike."""
