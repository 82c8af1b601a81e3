"""Everything that citizens and petitioners do in the chat."""
