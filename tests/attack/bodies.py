"""Messages that are never whole, too large, or small until they are expanded."""
import struct
import time
import zlib

from gateway import QUOTA_MIB
from registry import attack, flood
from streams import odd
from wire import BEYOND_ITS_WINDOW, HEADERS, RST, Connection, Over, data, headers, literal, message, request_block

GZIP = request_block(more=literal(b"grpc-encoding", b"gzip"))


def gzipped(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(bytes(size)) + packer.flush()


BOMB = message(gzipped(32 << 20), True)
TOO_LARGE_A_BOMB = message(gzipped(256 << 20), True)


@attack(cpu=1.5, memory=2 * QUOTA_MIB, ends=("open", BEYOND_ITS_WINDOW))
def half_sent_posts(target):
    """100 on each of 4 connections, 4 MB announced and half of it sent, whatever the windows are."""
    half = message(bytes(4 << 20))[:2 << 20]
    opened = [Connection(target) for _ in range(4)]
    for each in opened:
        # Windows: a stream's is 1 MiB, and opens as the message grows.
        try:
            for stream in odd(100):
                each.send(headers(stream, request_block()) + data(stream, half[:1 << 20]), seconds=1)
        except Over:
            pass
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=0.1, ends=("open",))
def announced_messages(target):
    """300 MB each, which are refused before a byte of them comes."""
    begin = struct.pack(">BI", 0, 300 << 20)
    return flood(target, b"".join(headers(each, request_block()) + data(each, begin + bytes(100)) for each in (1, 3)))


def bombs(target, bomb, count, connections, ends=True, seconds=20):
    # In turns of all connections' windows: no more than a stream's and the connection's window.
    opened = [Connection(target) for _ in range(connections)]
    for stream in odd(count):
        for each in opened:
            try:
                each.send(headers(stream, GZIP) + data(stream, bomb, ends))
            except Over:
                pass
    until = time.monotonic() + seconds
    for each in opened:
        each.read_until(lambda each: each.counts.get(HEADERS, 0) + each.counts.get(RST, 0) >= count,
                        until - time.monotonic())
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=4.0, memory=2 * QUOTA_MIB + 40, ends=("open",))
def gzip_bombs(target):
    """32 MiB in 32 kB, 5 on each of 4 connections."""
    return bombs(target, BOMB, 5, 4)


@attack(cpu=6.0, memory=2 * QUOTA_MIB + 40, ends=("open",))
def gzip_bombs_on_50(target):
    """One on each of 50 connections, at once."""
    return bombs(target, BOMB, 1, 50)


@attack(cpu=4.0, memory=40, ends=("open", "goaway 11"))
def gzip_of_nothing(target):
    """Blocks that come to nothing, 250 kB of them on each of 8 connections."""
    return bombs(target, message(b"\x1f\x8b\x08\0\0\0\0\0\2\3" + b"\0\0\0\xff\xff" * 50_000, True), 1, 8)


@attack(cpu=4.0, memory=2 * QUOTA_MIB + 40, ends=("open",))
def gzip_bombs_too_large(target):
    return bombs(target, TOO_LARGE_A_BOMB, 5, 4)


@attack(cpu=4.0, memory=2 * QUOTA_MIB + 40, ends=("open",))
def gzip_bombs_whose_end_does_not_come(target):
    return bombs(target, BOMB, 10, 4, ends=False, seconds=1)


@attack(cpu=4.0, memory=40, ends=("open", "goaway 11", "goaway 2"))
def small_gzip_bombs(target):
    """64 KiB in 90 bytes, 2,000 times."""
    return bombs(target, message(gzipped(64 << 10), True), 2_000, 1)


@attack(cpu=0.3, memory=30, ends=("open",))
def slow_bodies(target):
    """1,000 streams whose message comes byte by byte."""
    connection = Connection(target)
    body = message(bytes(1000))
    connection.send(b"".join(headers(each, request_block()) for each in odd(1_000)))
    for at in range(10):
        connection.send(b"".join(data(each, body[at:at + 1]) for each in odd(1_000)))
        time.sleep(0.05)
    endings = [connection.ending(0)]
    connection.close()
    return endings
