"""Callers who say nothing, say it slowly, or go half away."""
import socket
import struct
import time

from registry import attack
from wire import GOAWAY, PREFACE, Connection, Over, call, frame


def closed_by(target, what, connections, seconds=3.0):
    """Sends a byte now and then; how the connections ended in that time. The handshake has a second."""
    opened = [Connection(target, begins=False) for _ in range(connections)]
    until, at = time.monotonic() + seconds, 0
    while time.monotonic() < until and not all(each.ended for each in opened):
        for each in opened:
            try:
                if not each.ended:
                    each.send(what[at:at + 1])
                    each.read()
            except Over:
                pass
        at += 1
        time.sleep(0.05)
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=0.2, ends=("closed",))
def silent(target):
    return closed_by(target, b"", 100)


@attack(cpu=0.2, ends=("closed",))
def slow_preface(target):
    return closed_by(target, PREFACE, 100)


@attack(cpu=0.2, ends=("closed",))
def preface_without_settings(target):
    opened = [Connection(target, begins=False) for _ in range(50)]
    for each in opened:
        each.send(PREFACE)
    return [each.ending(4) for each in opened]


@attack(cpu=0.3, ends=("closed",), tls=True)
def slow_tls_handshake(target):
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(505)
    return closed_by(target, hello, 100)


@attack(cpu=1.0, memory=30, tls=True)
def tls_handshakes(target):
    """300 whole handshakes and nothing behind them."""
    for _ in range(300):
        Connection(target, begins=False, tls=True).close()
    return []


@attack(cpu=0.3, memory=30, ends=("answered", "closed"))
def half_closed(target):
    """A caller that closes its side and reads on: it counts as gone, with or without its answer."""
    endings = []
    for _ in range(50):
        each = Connection(target)
        each.send(call(1))
        each.socket.shutdown(socket.SHUT_WR)
        answered = each.read_until(lambda each: each.answered >= 1, 2)
        endings.append("answered" if answered else each.ending(0))
        each.close()
    return endings


@attack(cpu=0.3, memory=30, ends=("open",))
def settings_never_acknowledged(target):
    """Our connections never do; 100 calls on it are served all the same."""
    each = Connection(target)
    for stream in range(1, 201, 2):
        each.send(call(stream))
    each.read_until(lambda each: each.answered >= 100, 5)
    ending = each.ending(0)
    each.close()
    return [ending]


@attack(cpu=0.3, memory=30, ends=("open", "closed", "goaway 0"))
def goaway_and_on(target):
    """It says that it leaves, and goes on calling."""
    each = Connection(target)
    try:
        each.send(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)))
        for stream in range(1, 2_001, 2):
            each.send(call(stream))
        each.read_until(lambda each: each.answered >= 1_000, 0.5)
    except Over:
        pass
    ending = each.ending(0)
    each.close()
    return [ending]


@attack(cpu=1.0, memory=40, ends=("closed",))
def connects(target):
    """1,000 connections that go at once."""
    for _ in range(1_000):
        try:
            Connection(target).close()
        except Over:
            pass  # too many of one address
    return []


