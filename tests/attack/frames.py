"""Frames that bring nothing, as many as fit."""
import struct

from registry import attack, flood
from streams import odd
from wire import (BEYOND_ITS_WINDOW, DATA, GOAWAY, HEADER_TABLE_SIZE, INITIAL_WINDOW, MAX_FRAME, PADDED, PING, PRIORITY, chat, call,
                  frame, headers, message, request_block, settings, window_update)

CUT = ("goaway 11", "closed")
OPEN = headers(1, request_block())  # a call whose message is still to come


@attack(cpu=0.1, ends=CUT)
def pings(target):
    return flood(target, frame(PING, 0, 0, bytes(8)) * 200_000)


@attack(cpu=0.1, ends=CUT)
def pings_unread(target):
    return flood(target, frame(PING, 0, 0, bytes(8)) * 200_000, reads=False)


@attack(cpu=0.1, ends=CUT)
def empty_settings(target):
    return flood(target, settings() * 200_000)


@attack(cpu=0.1, ends=CUT)
def full_settings(target):
    """32 settings in each frame."""
    return flood(target, settings(*[(INITIAL_WINDOW, 65535)] * 32) * 20_000)


@attack(cpu=0.1, ends=CUT)
def table_size_settings(target):
    return flood(target, (settings((HEADER_TABLE_SIZE, 0)) + settings((HEADER_TABLE_SIZE, 4096))) * 50_000)


@attack(cpu=0.1, ends=CUT)
def frame_size_settings(target):
    return flood(target, (settings((MAX_FRAME, 16384)) + settings((MAX_FRAME, 16777215))) * 50_000)


@attack(cpu=0.3, memory=40, ends=CUT)
def window_settings(target):
    """Each change walks all streams: 1,000 are open."""
    begin = b"".join(headers(each, request_block()) for each in odd(1_000))
    return flood(target, (settings((INITIAL_WINDOW, 0)) + settings((INITIAL_WINDOW, 100_000))) * 50_000, begin=begin)


@attack(cpu=0.1, ends=CUT)
def priorities(target):
    return flood(target, frame(PRIORITY, 0, 1, bytes(5)) * 500_000)


@attack(cpu=0.1, ends=CUT)
def priorities_of_many(target):
    return flood(target, b"".join(frame(PRIORITY, 0, each, bytes(5)) for each in odd(200_000)))


@attack(cpu=0.1, ends=CUT + ("goaway 3",))
def window_updates(target):
    return flood(target, window_update(0, 1) * 500_000)


@attack(cpu=0.1, ends=CUT)
def window_updates_of_a_stream(target):
    return flood(target, window_update(1, 1) * 500_000, begin=OPEN)


@attack(cpu=0.2, ends=CUT + ("open",))
def window_updates_of_a_closed_stream(target):
    return flood(target, window_update(1, 1) * 500_000, begin=call(1) + frame(3, 0, 1, bytes(4)))


@attack(cpu=0.1, ends=CUT)
def unknown_frames(target):
    return flood(target, frame(0x42, 0, 0) * 1_000_000)


@attack(cpu=0.4, ends=CUT + ("open",))
def large_unknown_frames(target):
    """200 MB of what is to be thrown away."""
    return flood(target, frame(0x42, 0, 0, bytes(16384)) * 12_000)


@attack(cpu=0.1, ends=CUT)
def goaways(target):
    return flood(target, frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)) * 200_000)


@attack(cpu=0.2, ends=CUT)
def empty_data_on_2(target):
    return flood(target, frame(DATA, 0, 1) * 500_000, connections=2, begin=OPEN)


@attack(cpu=0.4, ends=CUT)
def empty_data_on_4(target):
    return flood(target, frame(DATA, 0, 1) * 500_000, connections=4, begin=OPEN)


@attack(cpu=0.1, ends=CUT)
def padded_data(target):
    """Nothing but padding, and not even that."""
    return flood(target, frame(DATA, PADDED, 1, b"\0") * 500_000, begin=OPEN)


@attack(cpu=0.2, ends=(*CUT, BEYOND_ITS_WINDOW, "open"))
def much_padded_data(target):
    """Beyond its window, or thrown away once its stream is over: whichever comes first."""
    return flood(target, frame(DATA, PADDED, 1, b"\xff" + bytes(255)) * 100_000, begin=OPEN)


@attack(cpu=0.2, ends=CUT)
def data_byte_by_byte(target):
    body = message(chat("mock-b64", b"p" * 900_000))
    return flood(target, b"".join(frame(DATA, 0, 1, body[at:at + 1]) for at in range(len(body))), begin=OPEN)


@attack(cpu=3.0, memory=120, ends=CUT + ("open",))
def data_byte_by_byte_on_many(target):
    """Below what is too much for one: 20,000 pieces on each of 100 connections."""
    pieces = b"".join(frame(DATA, 0, 1, b"p") for _ in range(19_000))
    begin = OPEN + frame(DATA, 0, 1, message(bytes(1 << 20))[:5])
    return flood(target, pieces, connections=100, begin=begin)
