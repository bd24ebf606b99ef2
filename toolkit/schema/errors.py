"""The refusals of the form language."""

from dataclasses import dataclass

from .words import Message


@dataclass(frozen=True)
class Problem:
    """One fault of a tool: where it is, and what to do. ``path`` is like form[0].items[2].type."""

    path: str
    message: Message
    line: int | None = None

    def __str__(self):
        place = f"line {self.line}" if self.line else self.path
        return f"{place}: {self.message}" if place else str(self.message)


class SchemaError(ValueError):
    """Every problem found in a tool, in the order an author would meet them."""

    def __init__(self, problems: tuple[Problem, ...], *, name: str = ""):
        self.problems = tuple(problems)
        self.name = name
        start = f"{name}, " if name else ""
        super().__init__("\n".join(f"{start}{problem}" for problem in self.problems))


class ExpressionError(ValueError):
    """An expression that cannot be read; ``position`` counts characters from 0."""

    def __init__(self, message: Message, position: int = 0):
        self.message = message
        self.position = position
        super().__init__(message)


class AnswerError(ValueError):
    """An answer that cannot be kept, with a code for programs and a sentence for people."""

    def __init__(self, code: str, message: Message):
        self.code = code
        self.message = message
        super().__init__(message)
