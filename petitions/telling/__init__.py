"""The texts that people read of a case, and how notices are made of causes."""
