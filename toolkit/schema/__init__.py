"""The form language: definitions, expressions and answers. Pure Python, without Django."""
