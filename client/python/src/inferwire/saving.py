"""Bytes as they come, saved as a file that is there only when it is whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
from collections.abc import AsyncIterable, Generator, Iterable
from typing import IO


@contextlib.contextmanager
def _partial(path: str | os.PathLike[str]) -> Generator[IO[bytes], None, None]:
    target = pathlib.Path(path)
    partial = target.with_name(target.name + ".part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def save(pieces: Iterable[bytes], path: str | os.PathLike[str]) -> int:
    """The number of bytes."""
    with _partial(path) as file:
        return sum(file.write(piece) for piece in pieces)


async def save_async(pieces: AsyncIterable[bytes], path: str | os.PathLike[str]) -> int:
    size = 0
    with _partial(path) as file:
        async for piece in pieces:
            size += await asyncio.to_thread(file.write, piece)
    return size
