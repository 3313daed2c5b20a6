"""A TCP proxy between a client and the gateway that cuts connections at a chosen HTTP/2 frame, so
that a test knows what had arrived when the connection was lost."""
import socket
import struct
import threading

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS = 0, 1
END_STREAM = 1
# Where a connection is cut. Requests: before the frame that ends one, so that the gateway never has
# the whole of it. Answers: after so many frames with a part of an answer.
ANSWERS = {"first_answer": 1, "second_answer": 2, "fourth_answer": 4}
CUTS = ("first_request", "every_request", *ANSWERS)


class FaultProxy:
    def __init__(self, target: tuple[str, int], cut: str) -> None:
        assert cut in CUTS, cut
        self._target, self._cut = target, cut
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.connections = 0  # that carried a request
        self._answers = 0  # frames with a part of an answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # A blocked accept() goes on holding the port: it has to be woken.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for each in self._sockets:
                shut(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            with self._lock:
                self._sockets += [client, server]
            up = threading.Thread(target=self._pump, args=(client, server, True), daemon=True)
            down = threading.Thread(target=self._pump, args=(server, client, False), daemon=True)
            up.start()
            down.start()

    def _pump(self, source: socket.socket, sink: socket.socket, requests: bool) -> None:
        """One direction, frame by frame."""
        try:
            if requests:
                sink.sendall(read(source, len(PREFACE)))
            may_cut = False
            while True:
                head = read(source, 9)
                kind, flags = head[3], head[4]
                frame = head + read(source, int.from_bytes(head[:3], "big"))
                if requests and kind == HEADERS:
                    may_cut = self._count()
                if requests and may_cut and kind in (DATA, HEADERS) and flags & END_STREAM:
                    reset(source)
                    break
                sink.sendall(frame)
                if not requests and kind == DATA and len(frame) > 9 and self._cuts_answer():
                    break
        except OSError:
            pass
        shut(source)
        shut(sink)

    def _count(self) -> bool:
        with self._lock:
            self.connections += 1
            return self._cut == "every_request" or (
                self._cut == "first_request" and self.connections == 1)

    def _cuts_answer(self) -> bool:
        """Of the first connection, after this one."""
        with self._lock:
            if self.connections != 1 or self._cut not in ANSWERS:
                return False
            self._answers += 1
            return self._answers == ANSWERS[self._cut]


def read(source: socket.socket, size: int) -> bytes:
    parts, missing = [], size
    while missing > 0:
        part = source.recv(missing)
        if not part:
            raise ConnectionResetError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def shut(each: socket.socket) -> None:
    try:
        each.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def reset(each: socket.socket) -> None:
    """The peer learns at once that what it sent was not taken."""
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    each.close()
