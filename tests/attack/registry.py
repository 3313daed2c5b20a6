"""The attacks by name, and what each may cost: bounds that hold on a loaded machine."""
import dataclasses
import time
from collections.abc import Callable

from wire import Connection, Over


@dataclasses.dataclass
class Attack:
    name: str
    run: Callable
    cpu: float          # seconds of the server's
    memory: float       # MiB at the peak above before
    ends: tuple | None  # how its connections may end; None: as they like
    tls: bool
    busy: bool          # it is work like any other: who has no patience hears that there is too much of it


ATTACKS: dict[str, Attack] = {}
patience = 0.5  # seconds for a flooded connection to end; more where it has to


def attack(cpu, memory=20.0, ends=None, tls=False, busy=False):
    def register(run):
        name = run.__name__
        ATTACKS[name] = Attack(name, run, cpu, memory, ends, tls, busy)
        return run
    return register


def flood(target, what, connections=1, begin=b"", first=(), seconds=20, reads=True):
    """The same bytes on each connection, in turns; how they ended."""
    opened = [Connection(target, first=first) for _ in range(connections)]
    left = {each: memoryview(begin + what) for each in opened}
    piece = 1 << 18
    while left:
        for each in list(left):
            try:
                if not each.send(left[each][:piece], reads, seconds):
                    del left[each]
                    continue
                left[each] = left[each][piece:]
                if not left[each]:
                    del left[each]
            except Over:
                del left[each]
    endings, until = [], time.monotonic() + patience
    for each in opened:
        endings.append(each.ending(max(0.0, until - time.monotonic())))
    for each in opened:
        each.close()
    return endings
