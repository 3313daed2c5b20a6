"""Chats, of the blocking client."""

from __future__ import annotations

import concurrent.futures
import contextvars
import functools
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import v1
from .caller import Caller
from .channel import Metadata
from .chat import Message, check_plain, params_of
from .chat_answers import Answer, Collected, ToolRun
from .errors import InferwireError
from .messages import Event, is_last_event, text_of, to_request
from .streams import Stream
from .tool_loop import MAX_ROUNDS, PARALLEL, FunctionCall, ToolLoop
from .v1 import chat_service_pb2_grpc

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .chat import ChatOptions

T = TypeVar("T")


class AnswerStream(Collected, Stream[Event]):
    """A streamed answer: its events, and in `text`, `usage` and `cost` what has come of it."""

    def __init__(self, call: Any) -> None:
        super().__init__(call, self._begin(), is_last_event)


class Chats(Caller):
    """A part of Client, which has the channel."""

    @functools.cached_property
    def _chat(self) -> Any:
        return self._stub(chat_service_pb2_grpc.ChatServiceStub)

    # The messages first: without the stubs of protobuf a message fits any type, text too.
    @overload
    def complete(self, request: v1.CompleteRequest | v1.ChatCompletionParams, *, idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ...) -> v1.CompleteResponse: ...

    @overload
    def complete(self, request: str, *, model: str | None = ..., idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ..., **chat: Unpack[ChatOptions]) -> str: ...

    @overload
    def complete(self, request: Sequence[Message], *, model: str | None = ..., idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ..., **chat: Unpack[ChatOptions]) -> Answer: ...

    def complete(self, request: str | Sequence[Message] | v1.CompleteRequest | v1.ChatCompletionParams, *,
                 model: str | None = None, idempotency_key: str = "", timeout: float | None = None,
                 metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> str | Answer | v1.CompleteResponse:
        """Text in, text out; messages in, an Answer out; or the typed request in, the typed response out.
        With an idempotency_key a call that is sent again gets the first one's answer and costs nothing."""
        check_plain(request, chat)
        message = to_request(v1.CompleteRequest, request, model or self._options.model, idempotency_key, chat)
        response: v1.CompleteResponse = self._unary(self._chat.Complete, message, timeout, metadata)
        if isinstance(request, str):
            return text_of(response.completion)
        return Answer(response) if isinstance(request, (list, tuple)) else response

    def stream(self, request: str | Sequence[Message] | v1.ChatCompletionParams | v1.StreamCompleteRequest, *,
               model: str | None = None, idempotency_key: str = "", timeout: float | None = None,
               metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> AnswerStream:
        """Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        message = to_request(v1.StreamCompleteRequest, request, model or self._options.model, idempotency_key, chat)
        return AnswerStream(self._start(self._chat.StreamComplete, message, timeout, metadata))

    def parse(self, request: str | Sequence[Message], kind: type[T], *, model: str | None = None,
              idempotency_key: str = "", timeout: float | None = None, metadata: Metadata = (),
              **chat: Unpack[ChatOptions]) -> T:
        """An answer of a type: of pydantic, a dataclass, a TypedDict, a list, ... The model is kept to its
        schema. Raises RefusalError, CutOffError or MismatchError, whose `answer` has what was said and cost.
        For the cost of a good answer: complete(messages, response_format=kind), then answer.parse(kind)."""
        chat["response_format"] = kind
        params = params_of(request, model or self._options.model, chat)
        return self._answer(params, idempotency_key, timeout, metadata).parse(kind)

    def run_tools(self, request: str | Sequence[Message], functions: Sequence[Callable[..., Any]], *,
                  max_rounds: int = MAX_ROUNDS, model: str | None = None, timeout: float | None = None,
                  metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> ToolRun:
        """Asks, calls the functions that the model wants, tells it what came of them, and so on until it
        answers. A function's types and docstring are what the model knows of it; what it raises is told to the
        model. Functions of one round run at the same time. timeout: for all of it, between the functions.
        After max_rounds answers that call functions: RoundsError."""
        loop = ToolLoop(params_of(request, model or self._options.model, chat), functions, max_rounds, waits=False)
        until = time.monotonic() + (self._options.timeout if timeout is None else timeout)
        try:
            while calls := loop.take(self._answer(loop.params, "", max(0.0, until - time.monotonic()), metadata)):
                loop.give(_run(calls))
        except InferwireError as error:
            raise loop.failed(error)
        return loop.outcome()

    def _answer(self, params: v1.ChatCompletionParams, idempotency_key: str, timeout: float | None,
                metadata: Metadata) -> Answer:
        message = to_request(v1.CompleteRequest, params, "", idempotency_key)
        return Answer(self._unary(self._chat.Complete, message, timeout, metadata))


def _run(calls: list[FunctionCall]) -> list[v1.ChatMessage]:
    if len(calls) == 1:
        return [calls[0].run()]
    with concurrent.futures.ThreadPoolExecutor(PARALLEL, thread_name_prefix="inferwire-tools") as pool:
        running = [pool.submit(contextvars.copy_context().run, call.run) for call in calls]
        return [one.result() for one in running]
