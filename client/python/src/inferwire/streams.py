"""Streams of the blocking client: one answer in pieces, and many answers on one stream."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import grpc

from . import v1
from .errors import InferwireError, cut_short
from .many import Ledger, Progress, cancel_message
from .messages import ManyResult, check_items, to_item, to_result
from .running import Running, error_of

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


class Stream(Generic[T]):
    """A streamed answer: loop over it once. `with` cancels at the block's end whatever happened;
    a plain `for` cancels when it is left. The next message is read only when the loop asks for it,
    so a slow loop slows the model's stream down."""

    def __init__(self, call: Any, wrap: Callable[..., T], is_last: Callable[..., bool] | None) -> None:
        self._call = Running(call)
        self._wrap = wrap
        self._is_last = is_last  # None: it may end with any message

    def __iter__(self) -> Iterator[T]:
        is_last = self._is_last
        complete = is_last is None
        try:
            for message in self._call:
                complete = is_last is None or complete or is_last(message)
                yield self._wrap(message)
        except grpc.RpcError as error:
            raise error_of(error) from None
        finally:
            self._call.end()
        if not complete:
            raise cut_short()

    def cancel(self) -> None:
        """From any thread; the loop then ends with CANCELLED."""
        self._call.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._call.end()


class Many:
    """Results as they come: loop over it once. If the stream itself breaks, the error names in
    `unfinished` every item that was sent and not answered."""

    def __init__(self, start: Callable[[Any], Any], first: v1.CompleteManyRequest, items: Any,
                 on_progress: Callable[[Progress], None] | None,
                 on_chunk: Callable[[v1.CompleteManyChunk], None] | None, model: str) -> None:
        check_items(items)
        self._items = items
        self._model = model
        self._on_progress = on_progress
        self._on_chunk = on_chunk
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._ledger = Ledger()
        self._outbox = collections.deque([first])
        self._no_more_items = False
        self._closed = False
        self._producer_error: BaseException | None = None
        self._call = Running(start(self._requests()))

    @property
    def progress(self) -> Progress:
        return self._ledger.progress

    @property
    def summary(self) -> v1.CompleteManySummary | None:
        """The server's own count, after the loop."""
        return self._ledger.summary

    def cancel_item(self, item_id: str) -> None:
        """From any thread: the item's result will be CANCELLED, unless it was answered already."""
        with self._changed:
            if not self._closed and self._ledger.knows(item_id):
                self._outbox.append(cancel_message(item_id))
                self._changed.notify_all()

    def cancel(self) -> None:
        """From any thread; the loop then ends with CANCELLED."""
        self._stop()

    def __enter__(self) -> Many:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._call.end()

    def __iter__(self) -> Iterator[ManyResult]:
        # Apart from the writer: a slow producer must not delay a cancel.
        threading.Thread(target=self._feed, name="inferwire-items", daemon=True).start()
        try:
            for message in self._call:
                if result := self._on_message(message):
                    yield result
        except (grpc.RpcError, InferwireError) as error:
            if self._producer_error is not None:
                raise self._producer_error from None
            failure = error_of(error)
            failure.unfinished = self._ledger.unfinished()
            raise failure from None
        finally:
            self._stop()
            self._call.end()
        if self._ledger.summary is None:
            failure = cut_short()
            failure.unfinished = self._ledger.unfinished()
            raise failure

    def _on_message(self, message: v1.CompleteManyResponse) -> ManyResult | None:
        event = message.WhichOneof("event")
        with self._changed:
            if event == "ready":
                self._ledger.on_ready(message.ready)
            elif event == "result":
                self._ledger.on_result(message.result)
            elif event == "summary":
                self._ledger.summary = message.summary
            self._changed.notify_all()
            progress = self._ledger.progress
        if event == "chunk" and self._on_chunk:
            self._on_chunk(message.chunk)
        if event != "result":
            return None
        if self._on_progress:
            self._on_progress(progress)
        return to_result(message.result)

    def _feed(self) -> None:
        try:
            values = enumerate(self._items)
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._ledger.may_send())
                    if self._closed:
                        return
                position, value = next(values, (0, None))
                if value is None:
                    break
                item = to_item(value, position, self._model)
                with self._changed:
                    self._ledger.on_sent(item.item_id)
                    self._outbox.append(v1.CompleteManyRequest(item=item))
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever loops over the results
            self._producer_error = error
            self._stop()
        with self._changed:
            self._no_more_items = True
            self._changed.notify_all()

    def _requests(self) -> Iterator[v1.CompleteManyRequest]:
        def all_answered() -> bool:
            # Half-closing only after the last answer keeps the way for cancels open.
            return self._no_more_items and self._ledger.idle()

        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._outbox or all_answered())
                if self._closed or not self._outbox:
                    return
                message = self._outbox.popleft()
            yield message

    def _stop(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._call.cancel()
