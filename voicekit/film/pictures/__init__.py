"""Pictures of the person's own, and titles set over them."""
