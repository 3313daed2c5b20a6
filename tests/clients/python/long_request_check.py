"""A batch that is being sent takes no memory that grows with its items. The last item repeats an id,
so that the gateway keeps nothing of it."""
import asyncio
import os

import inferwire
from inferwire import v1

TARGET = os.environ["INFERWIRE_SERVER"]
COUNTS = (1_000, 30_000)  # the first one is for what stays
MOST_KB = 4_000  # with a channel that could retry: some 400 bytes of each item


def memory_kb(name: str) -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name + ":"))


def items(count):
    for number in [*range(count), 0]:
        yield v1.BatchItem(custom_id=str(number), chat_completion=inferwire.ask("Hi"))


class Growth:
    """Of the highest memory, by one batch."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._before = memory_kb("VmRSS")

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type, error, _traceback) -> bool:
        assert getattr(error, "reason", "") == "DUPLICATE_ITEM", error
        grown = memory_kb("VmHWM") - self._before
        print(f"{grown} kB for {self._count} items")
        assert grown < MOST_KB, f"{grown} kB for {self._count} items"
        return True


def blocking() -> None:
    with inferwire.Client(TARGET) as client:
        for count in COUNTS:
            with Growth(count):
                client.create_batch(items(count))


async def asynchronous() -> None:
    async with inferwire.aio.Client(TARGET) as client:
        for count in COUNTS:
            with Growth(count):
                await client.create_batch(items(count))


blocking()
asyncio.run(asynchronous())
