"""What goes wrong when a story asks for something that cannot be."""


class DemoError(ValueError):
    """A file of the demonstration world asks for something that the actions refuse."""
