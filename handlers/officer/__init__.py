"""Everything that officers do in the chat."""
