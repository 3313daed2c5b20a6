"""HTTP/2 by hand: frames that no library would send, and a connection that sends them."""
import errno
import select
import socket
import ssl
import struct
import time

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, ACK = 1, 4, 8, 1
BEYOND_ITS_WINDOW = "goaway 3"  # FLOW_CONTROL_ERROR
HEADER_TABLE_SIZE, MAX_STREAMS, INITIAL_WINDOW, MAX_FRAME = 1, 3, 4, 5
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
COMPLETE, NOWHERE = "/inferwire.v1.ChatService/Complete", "/no/where"
LONGEST_FRAME = 16384


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", key, value) for key, value in pairs))


def window_update(stream, more):
    return frame(WINDOW, 0, stream, struct.pack(">I", more))


def reset(stream, code=8):
    return frame(RST, 0, stream, struct.pack(">I", code))


# --- HPACK, without Huffman ---

def number(value, bits, first=0):
    most = (1 << bits) - 1
    if value < most:
        return bytes((first | value,))
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def text(value):
    return number(len(value), 7) + value


def literal(name, value, kept=False):
    """kept: the server puts it into its dynamic table."""
    return (b"\x40" if kept else b"\x00") + text(name) + text(value)


def indexed(index):
    return number(index, 7, 0x80)


def request_block(path=COMPLETE, more=b""):
    block = indexed(3) + indexed(6)  # POST, http
    block += b"\x04" + text(path.encode()) + b"\x01" + text(b"attack")
    return block + literal(b"content-type", b"application/grpc") + literal(b"te", b"trailers") + more


def headers(stream, block, ends=False):
    """The block in as many frames as it needs."""
    pieces = [block[at:at + LONGEST_FRAME] for at in range(0, len(block), LONGEST_FRAME)] or [b""]
    out = b""
    for i, piece in enumerate(pieces):
        flags = (END_HEADERS if i == len(pieces) - 1 else 0) | (END_STREAM if ends and i == 0 else 0)
        out += frame(HEADERS if i == 0 else CONTINUATION, flags, stream, piece)
    return out


def data(stream, payload, ends=False):
    pieces = [payload[at:at + LONGEST_FRAME] for at in range(0, len(payload), LONGEST_FRAME)] or [b""]
    return b"".join(frame(DATA, END_STREAM if ends and i == len(pieces) - 1 else 0, stream, piece)
                    for i, piece in enumerate(pieces))


# --- gRPC and what the gateway takes ---

def message(payload, compressed=False):
    return bytes((compressed,)) + struct.pack(">I", len(payload)) + payload


def field(tag, payload):
    return number_of_protobuf(tag << 3 | 2) + number_of_protobuf(len(payload)) + payload


def number_of_protobuf(value):
    out = b""
    while value >= 128:
        out, value = out + bytes((value % 128 + 128,)), value // 128
    return out + bytes((value,))


def chat(model, prompt=b"hello"):
    """A CompleteRequest."""
    return field(1, field(1, model.encode()) + field(2, b"\x08\x03" + field(2, prompt)))


def call(stream, model="mock-b64", ends=True):
    return headers(stream, request_block()) + data(stream, message(chat(model)), ends)


class Over(Exception):
    """The server has ended the connection."""


class Connection:
    """Speaks from an address of its own, so that what the gateway counts by caller is not the good caller's."""

    def __init__(self, target, source=2, begins=True, first=(), tls=False):
        self.socket = socket.create_connection(target, 5, (f"127.0.0.{source}", 0))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            self.socket = context.wrap_socket(self.socket)
        self.socket.setblocking(False)
        self.received, self.ended = b"", None
        self.counts, self.goaways, self.resets, self.bytes_of_data = {}, [], {}, 0
        self.answered = 0  # streams that ended with their trailers
        if begins:
            self.send(PREFACE + settings(*first))

    def send(self, what, reads=True, seconds=20):
        """All of it, reading meanwhile; False: the server takes no more in that time. Raises Over."""
        view, until = memoryview(what), time.monotonic() + seconds
        while view:
            try:
                view = view[self.socket.send(view[:1 << 20]):]
                if reads:
                    self.read()
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                select.select([self.socket] if reads else [], [self.socket], [], left)
                if reads:
                    self.read()
            except OSError as error:
                self.end(error)
        return True

    def end(self, error=None):
        if error is None or error.errno in (errno.EPIPE, errno.ECONNRESET):
            try:
                self.read()  # the GOAWAY before it
            except (Over, OSError):
                pass
            self.ended = self.ended or "closed"
            raise Over
        raise error

    def read(self):
        """What is there."""
        while True:
            try:
                got = self.socket.recv(1 << 18)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except OSError:
                got = b""
            if not got:
                self.ended = self.ended or "closed"
                raise Over
            self.parse(got)

    def parse(self, got):
        self.received += got
        at = 0
        while len(self.received) - at >= 9:
            size = int.from_bytes(self.received[at:at + 3], "big")
            if len(self.received) - at - 9 < size:
                break
            kind = self.received[at + 3]
            payload = self.received[at + 9:at + 9 + size]
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if kind == HEADERS and self.received[at + 4] & END_STREAM:
                self.answered += 1
            if kind == GOAWAY:
                self.goaways.append(int.from_bytes(payload[4:8], "big"))
            elif kind == RST:
                code = int.from_bytes(payload[:4], "big")
                self.resets[code] = self.resets.get(code, 0) + 1
            elif kind == DATA:
                self.bytes_of_data += size
            at += 9 + size
        self.received = self.received[at:]

    def read_until(self, done, seconds):
        """Whether it came true; not if the time or the connection ended."""
        until = time.monotonic() + seconds
        try:
            self.read()
            while not done(self):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                select.select([self.socket], [], [], left)
                self.read()
        except Over:
            return done(self)
        return True

    def ending(self, seconds=2.0):
        """goaway CODE, closed or open, waiting so long for it."""
        if not self.ended:
            self.read_until(lambda self: self.goaways and self.goaways[-1] != 0, seconds)
        if self.goaways and self.goaways[-1] != 0:
            return f"goaway {self.goaways[-1]}"
        return self.ended or "open"

    def close(self):
        self.socket.close()
