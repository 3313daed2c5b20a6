"""Batches: any number of requests, worked off within a day at the batch price.

A batch takes longer than any connection lasts: watching and reading results go on by themselves
when a call ends or breaks, and miss and repeat nothing.
"""

from __future__ import annotations

import dataclasses
import time
from decimal import Decimal
from typing import Union

import grpc

from . import v1
from .answers import first_text, response_text, vectors_of
from .errors import CONNECTION_LOST, STREAM_TRUNCATED, InferwireError, from_rpc_status
from .messages import text_of, usd_of

BatchAnswer = Union[v1.ChatCompletion, v1.Response, v1.EmbeddingResult, v1.TextCompletion, v1.Moderation,
                    v1.ImageResult, str]

MAX_FAILURES = 10  # calls that fail one after the other without bringing anything
FIRST_PAUSE = 0.5  # seconds, doubled each time
LONGEST_PAUSE = 30.0


def has_ended(batch: v1.Batch) -> bool:
    """Nothing changes any more."""
    return batch.state > v1.Batch.STATE_CANCELLING


@dataclasses.dataclass(frozen=True)
class BatchItemResult:
    """The one result of an item: an error, or the answer of its endpoint, read as that endpoint's call gives it."""

    custom_id: str
    #: Of chat.
    completion: v1.ChatCompletion | None
    error: InferwireError | None
    message: v1.BatchResult

    @property
    def answer(self) -> BatchAnswer | None:
        """Of whatever endpoint; text: the JSON of one that has no message. None: an error."""
        outcome = self.message.WhichOneof("outcome")
        return None if outcome in (None, "error") else getattr(self.message, outcome)

    @property
    def text(self) -> str:
        """Of a chat, a response or a text completion; empty for others."""
        if self.completion is not None:
            return text_of(self.completion)
        return response_text(self.message.response) or first_text(self.message.text_completion)

    @property
    def response(self) -> v1.Response | None:
        return self.message.response if self.message.HasField("response") else None

    @property
    def vectors(self) -> list[list[float]]:
        """Of embeddings, in the order of the item's texts."""
        return vectors_of(self.message.embedding)

    @property
    def moderations(self) -> list[v1.ModerationResult]:
        """In the order of the item's texts."""
        return list(self.message.moderation.results)

    @property
    def images(self) -> list[v1.Image]:
        """Generated, or edited."""
        return list(self.message.image.images)

    @property
    def cost(self) -> Decimal | None:
        """Dollars, exactly; None: not known."""
        return usd_of(self.message.cost)


def to_item_result(message: v1.BatchResult) -> BatchItemResult:
    outcome = message.WhichOneof("outcome")
    return BatchItemResult(
        message.custom_id,
        message.chat_completion if outcome == "chat_completion" else None,
        from_rpc_status(message.error) if outcome == "error" else None,
        message)


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
