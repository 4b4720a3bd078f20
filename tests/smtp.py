"""A mail server to be tested against, with every bad habit that real ones have."""

import contextlib
import email
import socket
import socketserver
import ssl
import threading
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails on `port`. `answers` overrides what it says to a command: `{"RCPT": "550 no such mailbox"}`; an answer of
    None closes the line instead, "" says nothing for ever. `DATA` answers the command, `.` the end of the text.
    """

    allow_reuse_address = True

    def __init__(self, tls: bool = False, **answers):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.tls, self.answers = tls, {"." if name == "END" else name: said for name, said in answers.items()}
        self.texts: list[bytes] = []
        self.slowness = 0.0  # seconds between taking a mail and saying so
        self.closing = threading.Event()
        self.heard: list[str] = []

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(text, _class=EmailMessage, policy=default) for text in self.texts]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    USUAL = {"CONNECT": "220 here", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"}

    def handle(self):
        with contextlib.suppress(OSError):
            if self.say("CONNECT"):
                while (line := self.rfile.readline()) and self.obey(line.decode().strip()):
                    pass

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def say(self, command: str) -> bool:
        answer = self.server.answers.get(command, self.USUAL.get(command, "250 fine"))
        if answer == "":
            self.server.closing.wait(30)
        if not answer:
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True

    def obey(self, line: str) -> bool:
        command = line.split(" ")[0].split(":")[0].upper()
        self.server.heard.append(command)
        if command == "EHLO" and self.server.tls and not isinstance(self.connection, ssl.SSLSocket):
            self.wfile.write(b"250-here\r\n250 STARTTLS\r\n")
            return True
        if command == "STARTTLS":
            self.wfile.write(b"220 go on\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.request = self.connection
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
            return True
        if not self.say(command):
            return False
        if command == "DATA" and (self.server.answers.get("DATA", "354") or "").startswith("354"):
            text = b""
            while (part := self.rfile.readline()) not in (b".\r\n", b""):
                text += part
            if (self.server.answers.get(".", "250") or "250").startswith("250"):  # said or not, it has the mail now
                self.server.texts.append(text)
            self.server.closing.wait(self.server.slowness)
            return self.say(".")
        return command != "QUIT"


def unused_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
