"""A TCP proxy that can break connections."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit


class Proxy:
    """Stands between a client and a server, both on this machine. While it is cut, connections are closed at once."""

    def __init__(self, server: str) -> None:
        address = urlsplit(server)
        assert address.hostname is not None and address.port is not None
        self._server = (address.hostname, address.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._mark: bytes | None = None
        self._cut = False
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()
        self._close_all()

    def cut_after(self, mark: bytes) -> None:
        """Breaks all connections as soon as the server has sent these bytes in one piece."""
        self._mark = mark

    def mend(self) -> None:
        """Lets connections through again."""
        self._mark = None
        self._cut = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._cut:
                client.close()
                continue
            server = socket.create_connection(self._server)
            with self._lock:
                self._sockets |= {client, server}
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        try:
            while data := source.recv(65_536):
                target.sendall(data)
                if from_server and self._mark is not None and self._mark in data:
                    self._cut = True
                    self._close_all()
        except OSError:
            pass
        finally:
            for end in (source, target):
                self._close(end)

    def _close_all(self) -> None:
        with self._lock:
            all_of_them = list(self._sockets)
            self._sockets.clear()
        for each in all_of_them:
            self._close(each)

    @staticmethod
    def _close(end: socket.socket) -> None:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()
