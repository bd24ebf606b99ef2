"""Mail servers that say no, as settings.EMAIL_BACKEND."""

from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class NoSuchPerson(EmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"5.1.1 No such user here")})


class ComeBackLater(EmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({messages[0].to[0]: (450, b"4.2.0 Greylisted")})


class TooMuch(EmailBackend):
    def send_messages(self, messages):
        raise SMTPDataError(552, b"5.3.4 Message too big")


class Broken(EmailBackend):
    """Goes wrong as no mail server should."""

    def send_messages(self, messages):
        raise RuntimeError("nobody expects this")
