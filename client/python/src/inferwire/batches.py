"""Batches: any number of requests, worked off within a day at the batch price.

A batch takes longer than any connection lasts: watching and reading results go on by themselves
when a call ends or breaks, and miss and repeat nothing.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator
from typing import Any

import grpc

from . import v1
from .chat import params_of
from .errors import CONNECTION_LOST, STREAM_TRUNCATED, InferwireError, from_rpc_status
from .messages import text_of

MAX_FAILURES = 10  # calls that fail one after the other without bringing anything
FIRST_PAUSE = 0.5  # seconds, doubled each time
LONGEST_PAUSE = 30.0


def has_ended(batch: v1.Batch) -> bool:
    """Nothing changes any more."""
    return batch.state > v1.Batch.STATE_CANCELLING


@dataclasses.dataclass(frozen=True)
class BatchItemResult:
    """The one result of an item: a completion, an error, or the answer of another endpoint."""

    custom_id: str
    completion: v1.ChatCompletion | None
    error: InferwireError | None
    message: v1.BatchResult

    @property
    def text(self) -> str:
        return text_of(self.completion) if self.completion is not None else ""


def to_item_result(message: v1.BatchResult) -> BatchItemResult:
    outcome = message.WhichOneof("outcome")
    return BatchItemResult(
        message.custom_id,
        message.chat_completion if outcome == "chat_completion" else None,
        from_rpc_status(message.error) if outcome == "error" else None,
        message)


def to_batch_item(value: Any, position: int, model: str) -> v1.BatchItem:
    if isinstance(value, v1.BatchItem):
        return value
    return v1.BatchItem(custom_id=str(position), chat_completion=params_of(value, model))


def creation(items: Iterable[Any], header: v1.BatchHeader | None, model: str) -> Iterator[v1.CreateBatchRequest]:
    yield v1.CreateBatchRequest(header=header or v1.BatchHeader())
    for position, value in enumerate(items):
        yield v1.CreateBatchRequest(item=to_batch_item(value, position, model))


def is_last_change(message: v1.WatchBatchResponse) -> bool:
    return message.HasField("batch") and has_ended(message.batch)


def is_last_result(message: v1.StreamBatchResultsResponse) -> bool:
    return message.HasField("end")


class Patience:
    """How long to go on after calls that ended or broke."""

    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout
        self._failures = 0

    def reset(self) -> None:
        """Something has come: what failed before does not count."""
        self._failures = 0

    def left(self, most: float) -> float:
        """Seconds for the next call."""
        return most if self._end is None else max(0.0, min(most, self._end - time.monotonic()))

    def pause_after(self, error: InferwireError) -> float:
        """Seconds until the next try; raises the error if that was the last one."""
        ended_in_time = error.code == grpc.StatusCode.DEADLINE_EXCEEDED
        again = ended_in_time or error.code == grpc.StatusCode.UNAVAILABLE or error.reason in (
            CONNECTION_LOST, STREAM_TRUNCATED)
        if not again or (self._end is not None and time.monotonic() >= self._end):
            raise error
        if ended_in_time:  # a stream that the gateway ended in its time is no failure
            return self.left(FIRST_PAUSE)
        self._failures += 1
        if self._failures > MAX_FAILURES:
            raise error
        doubled = FIRST_PAUSE * 2 ** (self._failures - 1)
        pause = doubled if error.retry_after is None else error.retry_after
        return self.left(min(pause, LONGEST_PAUSE))
