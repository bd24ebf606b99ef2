"""Thought about work plans: read whole, frozen, compared, checked, cut into quarters. Nothing here writes."""
