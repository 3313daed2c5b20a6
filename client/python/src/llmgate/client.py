"""The blocking client. Thread-safe: share one, and keep it for the process's life.

    client = llmgate.Client("dns:///llmgate:50051")
    print(client.complete("Why is the sky blue?"))
    for event in client.stream("Tell me a story."):
        print(event.text, end="", flush=True)
"""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import grpc

from . import v1
from .channel import Options, call_metadata, open_channel
from .errors import LlmgateError, cut_short, from_rpc
from .many import Ledger, Progress, cancel_message, config_message
from .messages import (DEFAULT_MODEL, HEALTH_METHOD, Event, ManyResult, health_request,
                       health_status, is_last_event, is_last_part, text_of, to_item, to_request,
                       to_result)
from .v1 import chat_service_pb2_grpc, raw_service_pb2_grpc

T = TypeVar("T")
Metadata = Sequence[tuple[str, "str | bytes"]]


def error_of(error: grpc.RpcError) -> LlmgateError:
    return from_rpc(error.code(), error.details(), error.trailing_metadata())


class Client:
    """Takes the members of llmgate.Options. The network is touched by the first call."""

    def __init__(self, target: str = Options.target, **options) -> None:
        self._options = Options(target=target, **options)
        self._channel = open_channel(self._options, grpc)
        self._chat = chat_service_pb2_grpc.ChatServiceStub(self._channel)
        self._raw = raw_service_pb2_grpc.RawServiceStub(self._channel)

    def close(self) -> None:
        """Cancels what is running."""
        self._channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @overload
    def complete(self, request: str, *, model: str = ..., timeout: float | None = ...,
                 metadata: Metadata = ...) -> str: ...

    @overload
    def complete(self, request: v1.CompleteRequest | v1.ChatCompletionParams, *,
                 timeout: float | None = ..., metadata: Metadata = ...) -> v1.CompleteResponse: ...

    def complete(self, request, *, model=DEFAULT_MODEL, timeout=None, metadata=()):
        """Text in, text out; or the typed request in, the typed response out."""
        response = self._unary(self._chat.Complete,
                               to_request(v1.CompleteRequest, request, model), timeout, metadata)
        return text_of(response.completion) if isinstance(request, str) else response

    def stream(self, request: str | v1.ChatCompletionParams | v1.StreamCompleteRequest, *,
               model: str = DEFAULT_MODEL, timeout: float | None = None,
               metadata: Metadata = ()) -> Stream[Event]:
        """Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        call = self._start(self._chat.StreamComplete,
                           to_request(v1.StreamCompleteRequest, request, model), timeout, metadata)
        return Stream(call, Event, is_last_event)

    def complete_many(self, items: Iterable[str | v1.ChatCompletionParams | v1.CompleteManyItem], *,
                      max_in_flight: int = 0, stream_chunks: bool = False,
                      default_options: v1.CallOptions | None = None,
                      on_progress: Callable[[Progress], None] | None = None,
                      on_chunk: Callable[[v1.CompleteManyChunk], None] | None = None,
                      timeout: float | None = None, metadata: Metadata = ()) -> Many:
        """Any number of requests on one stream; iterate over the results, which come as they end.
        The items are asked for on a thread of their own, each only when it may be sent."""
        first = config_message(max_in_flight, stream_chunks, default_options)
        return Many(lambda requests: self._start(self._chat.CompleteMany, requests, timeout,
                                                 metadata),
                    first, items, on_progress, on_chunk)

    def invoke(self, call: v1.HttpCall, *, options: v1.CallOptions | None = None,
               timeout: float | None = None, metadata: Metadata = ()) -> v1.InvokeResponse:
        """Any path that the server allows. An HTTP error status is a value here, not an error."""
        return self._unary(self._raw.Invoke, v1.InvokeRequest(call=call, options=options), timeout,
                           metadata)

    def stream_invoke(self, call: v1.HttpCall, *, options: v1.CallOptions | None = None,
                      timeout: float | None = None,
                      metadata: Metadata = ()) -> Stream[v1.StreamInvokeResponse]:
        started = self._start(self._raw.StreamInvoke,
                              v1.StreamInvokeRequest(call=call, options=options), timeout, metadata)
        return Stream(started, lambda message: message, is_last_part)

    def health(self, service: str = "", *, timeout: float | None = None) -> str:
        """SERVING, NOT_SERVING or SERVICE_UNKNOWN; "" asks for the server as a whole."""
        check = self._channel.unary_unary(HEALTH_METHOD, request_serializer=health_request,
                                          response_deserializer=health_status)
        try:
            return self._unary(check, service, timeout or self._options.read_timeout, ())
        except LlmgateError as error:
            if error.code == grpc.StatusCode.NOT_FOUND:
                return "SERVICE_UNKNOWN"
            raise

    def _start(self, method, request, timeout: float | None, metadata: Metadata):
        return method(request, timeout=self._options.timeout if timeout is None else timeout,
                      metadata=call_metadata(self._options, metadata))

    def _unary(self, method, request, timeout, metadata):
        try:
            return self._start(method, request, timeout, metadata)
        except grpc.RpcError as error:
            raise error_of(error) from None


class Stream(Generic[T]):
    """A streamed answer: loop over it once. `with` cancels at the block's end whatever happened;
    a plain `for` cancels when it is left. The next message is read only when the loop asks for it,
    so a slow loop slows the model's stream down."""

    def __init__(self, call, wrap: Callable[..., T], is_last: Callable[..., bool]) -> None:
        self._call = call
        self._wrap = wrap
        self._is_last = is_last

    def __iter__(self) -> Iterator[T]:
        complete = False
        try:
            for message in self._call:
                complete = complete or self._is_last(message)
                yield self._wrap(message)
        except grpc.RpcError as error:
            raise error_of(error) from None
        finally:
            self._call.cancel()  # without effect on a call that has ended
        if not complete:
            raise cut_short()

    def cancel(self) -> None:
        """From any thread; the loop then ends with CANCELLED."""
        self._call.cancel()

    def __enter__(self) -> Stream[T]:
        return self

    def __exit__(self, *_) -> None:
        self._call.cancel()


class Many:
    """Results as they come: loop over it once. If the stream itself breaks, the error names in
    `unfinished` every item that was sent and not answered."""

    def __init__(self, start, first, items, on_progress, on_chunk) -> None:
        self._items = items
        self._on_progress = on_progress
        self._on_chunk = on_chunk
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._ledger = Ledger()
        self._outbox = collections.deque([first])
        self._no_more_items = False
        self._closed = False
        self._producer_error: BaseException | None = None
        self._call = start(self._requests())

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
        self._call.cancel()

    def __enter__(self) -> Many:
        return self

    def __exit__(self, *_) -> None:
        self._close()

    def __iter__(self) -> Iterator[ManyResult]:
        # Apart from the writer: a slow producer must not delay a cancel.
        threading.Thread(target=self._feed, name="llmgate-items", daemon=True).start()
        try:
            for message in self._call:
                if result := self._on_message(message):
                    yield result
        except grpc.RpcError as error:
            if self._producer_error is not None:
                raise self._producer_error from None
            failure = error_of(error)
            failure.unfinished = self._ledger.unfinished()
            raise failure from None
        finally:
            self._close()
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
                item = to_item(value, position)
                with self._changed:
                    self._ledger.on_sent(item.item_id)
                    self._outbox.append(v1.CompleteManyRequest(item=item))
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever loops over the results
            self._producer_error = error
            self._call.cancel()
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

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._call.cancel()
