"""An IMAP server of a test's own: one folder, the few commands that are needed, TLS where a certificate is given."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from pathlib import Path

PASSWORD = "p:ss/w@rd"


class Mailbox:
    """Messages and their flags, by UID; `drop_before` a command name hangs up there, once."""

    def __init__(self, certificate: Path | None = None, *, keywords: bool = True) -> None:
        self.messages: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.keywords, self.drop_before = keywords, ""
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if box.context is not None:
                    self.request = box.context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, rest = line.decode().strip().partition(" ")
                    command = rest.removeprefix("UID ").partition(" ")[0].upper()
                    if command == box.drop_before:
                        box.drop_before = ""
                        return
                    self.wfile.write(box.answer(tag, command, rest))
                    if command == "LOGOUT":
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, message: bytes) -> int:
        uid = len(self.messages) + 7
        self.messages[uid], self.flags[uid] = message, set()
        return uid

    def answer(self, tag: str, command: str, rest: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n" + done
        if command == "LOGIN":
            return done if f'"{PASSWORD}"' in rest else f"{tag} NO no\r\n".encode()
        if command == "SELECT":
            if '"Studsar"' not in rest:
                return f"{tag} NO no such folder\r\n".encode()
            kept = r"\Flagged \Seen" + (r" \*" if self.keywords else "")
            return f"* {len(self.messages)} EXISTS\r\n* OK [PERMANENTFLAGS ({kept})] kept\r\n".encode() + done
        if command == "SEARCH":
            unwanted = (re.findall(r"UNKEYWORD (\S+)", rest) or ["\\Flagged"])[0]
            found = [str(uid) for uid in self.messages if unwanted not in self.flags[uid]]
            return f"* SEARCH {' '.join(found)}\r\n".encode() + done
        if command == "FETCH":
            uid = int(rest.split()[2])
            data = self.messages[uid]
            return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, len(data)) + data + b")\r\n" + done
        if command == "STORE":
            uid = int(rest.split()[2])
            self.flags[uid] |= set(re.findall(r"\(([^)]*)\)", rest)[0].split())
            return done
        return b"* BYE\r\n" + done
