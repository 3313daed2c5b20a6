"""The books of one complete_many stream: what was sent, what is answered. No threads, no I/O."""

from __future__ import annotations

import collections
import dataclasses

import grpc

from . import v1


@dataclasses.dataclass(frozen=True)
class Progress:
    sent: int = 0
    succeeded: int = 0
    failed: int = 0  # cancelled ones are not counted here
    cancelled: int = 0
    in_flight: int = 0
    max_in_flight: int = 0  # what the server granted

    @property
    def finished(self) -> int:
        return self.succeeded + self.failed + self.cancelled


class Ledger:
    def __init__(self) -> None:
        self.progress = Progress()
        self.summary: v1.CompleteManySummary | None = None
        # An id may be there twice: to find that out is the server's part.
        self._open: collections.Counter[str] = collections.Counter()

    def may_send(self) -> bool:
        return self.progress.in_flight < self.progress.max_in_flight

    def knows(self, item_id: str) -> bool:
        return self._open[item_id] > 0

    def idle(self) -> bool:
        return self.progress.in_flight == 0

    def unfinished(self) -> list[str]:
        return sorted(self._open.elements())

    def on_ready(self, ready: v1.CompleteManyReady) -> None:
        self._change(max_in_flight=max(ready.max_in_flight, 1))

    def on_sent(self, item_id: str) -> None:
        self._open[item_id] += 1
        self._change(sent=self.progress.sent + 1, in_flight=self.progress.in_flight + 1)

    def on_result(self, result: v1.CompleteManyResult) -> None:
        if self._open[result.item_id] > 0:
            self._open[result.item_id] -= 1
            self._change(in_flight=self.progress.in_flight - 1)
        outcome = "succeeded"
        if result.HasField("error"):
            cancelled = result.error.code == grpc.StatusCode.CANCELLED.value[0]
            outcome = "cancelled" if cancelled else "failed"
        self._change(**{outcome: getattr(self.progress, outcome) + 1})

    def _change(self, **members: int) -> None:
        self.progress = dataclasses.replace(self.progress, **members)


def config_message(max_in_flight: int, stream_chunks: bool,
                   default_options: v1.CallOptions | None) -> v1.CompleteManyRequest:
    return v1.CompleteManyRequest(config=v1.CompleteManyConfig(
        max_in_flight=max_in_flight, stream_chunks=stream_chunks, default_options=default_options))


def cancel_message(item_id: str) -> v1.CompleteManyRequest:
    return v1.CompleteManyRequest(cancel=v1.CompleteManyCancel(item_id=item_id))
