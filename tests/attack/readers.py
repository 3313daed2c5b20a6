"""Callers who ask for much and read nothing, or a byte at a time."""
import time

from registry import attack
from streams import odd
from wire import INITIAL_WINDOW, Connection, Over, call, chat, data, headers, message, request_block, window_update

STREAM = "/inferwire.v1.ChatService/StreamComplete"


def zero_windows(target, connections, streams, model, path=None, updates=0):
    opened = [Connection(target, first=((INITIAL_WINDOW, 0),)) for _ in range(connections)]
    try:
        for each in opened:
            for stream in odd(streams):
                if path:
                    each.send(headers(stream, request_block(path)) + data(stream, message(chat(model)), True))
                else:
                    each.send(call(stream, model))
        time.sleep(0.5)
        for _ in range(updates):
            for each in opened:
                each.send(b"".join(window_update(stream, 1) for stream in odd(streams)))
    except Over:
        pass
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=6.0, memory=512, ends=("open",), busy=True)
def zero_windows_large_answers(target):
    """2 connections x 1,000 streams x 256 kB, with a window of 0."""
    return zero_windows(target, 2, 1_000, "mock-b262144")


@attack(cpu=6.0, memory=512, ends=("open",), busy=True)
def zero_windows_large_answers_on_8(target):
    return zero_windows(target, 8, 1_000, "mock-b262144")


@attack(cpu=6.0, memory=512, ends=("open", "goaway 11", "closed"), busy=True)
def windows_of_one_byte(target):
    """The same, and then 10 bytes of window one by one for each."""
    return zero_windows(target, 2, 500, "mock-b65536", updates=10)


@attack(cpu=6.0, memory=512, ends=("open",), busy=True)
def streams_never_read(target):
    """500 streams of 250 kB each."""
    return zero_windows(target, 1, 500, "mock-c1000", STREAM)


@attack(cpu=3.0, memory=512, ends=("open", "closed"), busy=True)
def sockets_never_read(target):
    """Large windows, and nothing is read from the socket: 4 connections x 50 streams."""
    opened = [Connection(target, first=((INITIAL_WINDOW, 2**31 - 1),)) for _ in range(4)]
    for each in opened:
        each.send(window_update(0, 2**31 - 1 - 65535), reads=False)
        for stream in odd(50):
            each.send(headers(stream, request_block(STREAM)) + data(stream, message(chat("mock-c1000")), True),
                      reads=False)
    time.sleep(1)
    for each in opened:
        each.close()
    return ["open"]
