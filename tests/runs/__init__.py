"""Long runs with a command of their own; `make test` has a short form of each."""
