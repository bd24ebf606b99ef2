"""Sentences for people, which whoever shows them may translate."""

from collections.abc import Callable


class Message(str):
    """An English sentence that remembers its template and parameters."""

    template: str
    params: dict[str, object]

    def __new__(cls, template: str, **params: object):
        message = super().__new__(cls, template % params if params else template)
        message.template = template
        message.params = params
        return message

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of ``gettext``."""
        sentence = gettext(self.template)
        return sentence % self.params if self.params else sentence

    def __getnewargs_ex__(self):
        return (self.template,), self.params


# Named as gettext is, so that makemessages finds the sentences.
_ = Message
