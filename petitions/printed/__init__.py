"""The tables of the ground printed as pages of docs/."""
