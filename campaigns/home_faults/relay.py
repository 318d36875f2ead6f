"""A relay into another network namespace: a port on [::1] in there, which leads to a service out here."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A socket stays in the network namespace that it was made in, whichever process holds it.
_LISTEN = (
    "import socket, sys; listener = socket.create_server(('::1', 0), family=socket.AF_INET6);"
    "socket.send_fds(socket.socket(fileno=int(sys.argv[1])), [b'.'], [listener.fileno()])"
)


@contextmanager
def relay(inside: tuple[str, ...], port: int) -> Iterator[str]:
    """Forward from in there, where `inside` runs other commands, to a port of 127.0.0.1; yield the URL in there."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [*inside, sys.executable, "-I", "-c", _LISTEN, str(theirs.fileno())]
        subprocess.run(command, pass_fds=[theirs.fileno()], check=True)
        _, (descriptor,), _, _ = socket.recv_fds(ours, 1, 1)
    with socket.socket(fileno=descriptor) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, port), daemon=True)
        accepting.start()
        yield f"http://[::1]:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listener: socket.socket, port: int) -> None:
    with suppress(OSError):  # it was shut down
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", port))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), closing(source):
        while content := source.recv(65536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
