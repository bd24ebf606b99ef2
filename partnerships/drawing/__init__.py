"""Pictures worked out on the server as plain numbers; templates write them down as SVG. No Django, no colours."""
