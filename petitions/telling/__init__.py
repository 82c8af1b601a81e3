"""What people read of a case, and how notices are made of causes."""
