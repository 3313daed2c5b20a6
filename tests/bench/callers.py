"""Callers with API keys: gRPC by the frames of tests/attack/wire.py, many calls on few connections, in one thread."""
import heapq
import pathlib
import random
import selectors
import socket
import struct
import sys
import time

sys.path.append(str(pathlib.Path(__file__).parents[1] / "attack"))
import wire  # noqa: E402

CHAT = "/inferwire.v1.ChatService/"
ROOM = 1 << 30  # that a server may send before it is read
STATIC_TABLE = 61  # of HPACK; what was kept last comes behind it


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields_of(data):
    """The fields of a protobuf message: numbers, or bytes."""
    at, fields = 0, {}
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = 8 if tag & 7 == 1 else 4
            value, at = data[at:at + size], at + size
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def field_of(data, *path):
    """The first field at the end of the path; None if there is none."""
    for tag in path:
        data = fields_of(data).get(tag, [None])[0]
        if data is None:
            return None
    return data


def number_field(tag, value):
    return wire.number_of_protobuf(tag << 3) + wire.number_of_protobuf(value)


def seconds_of(duration):
    if duration is None:
        return 0.0
    fields = fields_of(duration)
    return fields.get(1, [0])[0] + fields.get(2, [0])[0] / 1e9


class Call:
    """One RPC. What comes is given to `take`, a message at a time; `over` comes once, last."""

    def __init__(self, method, *requests):
        self.path, self.body = CHAT + method, b"".join(map(wire.message, requests))
        self.received, self.line, self.stream = b"", None, 0

    def begin(self, line):
        self.began, self.line = time.monotonic(), line
        self.stream = line.begin(self.path, self.body, self)

    def cancel(self):
        """Nothing more comes of it."""
        if self.line.calls.pop(self.stream, None):
            self.line.write(wire.reset(self.stream))
            self.over()

    def data(self, payload):
        self.received += payload
        while len(self.received) >= 5:
            end = 5 + int.from_bytes(self.received[1:5], "big")
            if len(self.received) < end:
                break
            message, self.received = self.received[5:end], self.received[end:]
            self.take(message)

    def take(self, message):
        pass

    def over(self):
        pass


class Line:
    """A connection on which calls show one of few keys (4 KiB of headers): each is sent once, as gRPC's clients do."""

    def __init__(self, callers, address, key, source, keeps):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), 10, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.callers, self.key, self.keeps = callers, key, keeps
        self.calls, self.next_stream, self.kept, self.blocks = {}, 1, [], {}
        self.received, self.lost = b"", False
        self.unsent = bytearray(wire.PREFACE + wire.settings((wire.INITIAL_WINDOW, ROOM)) + wire.window_update(0, ROOM))
        callers.dirty.add(self)

    def header(self, name, value):
        if not self.keeps:
            return wire.literal(name, value)
        if (name, value) in self.kept:
            return wire.indexed(STATIC_TABLE + len(self.kept) - self.kept.index((name, value)))
        self.kept.append((name, value))
        return wire.literal(name, value, kept=True)

    def block(self, path):
        """The headers of a call, short once the server has seen them all."""
        headers = [(b":path", path.encode()), (b":authority", b"bench"), (b"te", b"trailers"),
                   (b"content-type", b"application/grpc"), (b"user-agent", b"callers"), (b"grpc-timeout", b"300S")]
        if self.key:
            headers.append((b"authorization", b"Bearer " + self.key.encode()))
        known = len(self.kept)
        block = wire.indexed(3) + wire.indexed(6) + b"".join(self.header(*each) for each in headers)
        if len(self.kept) > known:
            self.blocks = {}
        else:
            self.blocks[path, self.key] = block
        return block

    def begin(self, path, body, call):
        if self.lost:
            call.over()
            return 0
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.calls[stream] = call
        block = self.blocks.get((path, self.key)) or self.block(path)
        self.write(wire.headers(stream, block) + wire.data(stream, body, ends=True))
        return stream

    def write(self, frames):
        self.unsent += frames
        self.callers.dirty.add(self)

    def send(self):
        """What there is to send; False: the socket takes no more now."""
        try:
            while self.unsent:
                del self.unsent[:self.socket.send(self.unsent)]
        except BlockingIOError:
            return False
        except OSError:
            self.lose()
        return True

    def read(self):
        try:
            got = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self.lose()
            return
        self.write(wire.window_update(0, len(got)))
        self.parse(self.received + got)

    def parse(self, got):
        at, end = 0, len(got)
        while end - at >= 9:
            size = got[at] << 16 | got[at + 1] << 8 | got[at + 2]
            if end - at - 9 < size:
                break
            kind, flags = got[at + 3], got[at + 4]
            if kind in (wire.DATA, wire.HEADERS, wire.RST):
                stream, = struct.unpack_from(">I", got, at + 5)
                call = self.calls.get(stream)
                if call and kind == wire.DATA:
                    call.data(got[at + 9:at + 9 + size])
                if call and (kind == wire.RST or flags & wire.END_STREAM) and self.calls.pop(stream, None):
                    call.over()
            elif kind in (wire.SETTINGS, wire.PING) and not flags & wire.ACK:
                self.write(wire.frame(kind, wire.ACK, 0, got[at + 9:at + 9 + size] if kind == wire.PING else b""))
            at += 9 + size
        self.received = got[at:]

    def lose(self):
        """The server has gone."""
        if self.lost:
            return
        self.lost, self.unsent = True, bytearray()
        self.callers.selector.unregister(self.socket)
        self.socket.close()
        calls, self.calls = self.calls, {}
        for each in calls.values():
            each.over()


class Callers:
    def __init__(self, seed=1):
        self.selector, self.dirty, self.due = selectors.DefaultSelector(), set(), []
        self.dice, self.lines, self.order = random.Random(seed), [], 0

    def connect(self, address, key=None, source="127.0.0.1", keeps=True):
        """keeps: the server is to remember the headers, since the next calls have the same."""
        line = Line(self, address, key, source, keeps)
        self.selector.register(line.socket, selectors.EVENT_READ, line)
        self.lines.append(line)
        return line

    def at(self, when, action):
        """Does it then."""
        self.order += 1
        heapq.heappush(self.due, (when, self.order, action))

    def arrivals(self, rate, until, begin):
        """Calls begin at random times, so many a second."""
        def arrive(now):
            if now < until:
                begin()
                following = now + self.dice.expovariate(rate)
                self.at(following, lambda: arrive(following))
        arrive(time.monotonic())

    def run(self, done):
        """Until it is true, looked at after each turn."""
        while not done():
            self.turn(0.1)

    def turn(self, longest):
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            heapq.heappop(self.due)[2]()
        for line in list(self.dirty):
            if line.lost or line.send():
                self.dirty.discard(line)
        wait = min(longest, self.due[0][0] - time.monotonic()) if self.due else longest
        # What a socket did not take it may take soon.
        for ready, _ in self.selector.select(0.001 if self.dirty else max(0, wait)):
            ready.data.read()

    def open_calls(self):
        return sum(len(each.calls) for each in self.lines)

    def close(self):
        for each in self.lines:
            each.lose()
        self.selector.close()
