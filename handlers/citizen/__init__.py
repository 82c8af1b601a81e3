"""What citizens and petitioners do in the chat."""
