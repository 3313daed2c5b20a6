"""Chats, of the asyncio client: see chats."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import v1
from .aio_caller import Caller
from .aio_streams import Stream
from .channel import Metadata
from .chat import Message, check_plain, params_of
from .chat_answers import Answer, Collected, ToolRun
from .errors import InferwireError
from .messages import Event, is_last_event, text_of, to_request
from .tool_loop import MAX_ROUNDS, FunctionCall, ToolLoop
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

    @overload  # in this order: see inferwire.Client.complete
    async def complete(self, request: v1.CompleteRequest | v1.ChatCompletionParams, *, idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ...) -> v1.CompleteResponse: ...

    @overload
    async def complete(self, request: str, *, model: str | None = ..., idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ..., **chat: Unpack[ChatOptions]) -> str: ...

    @overload
    async def complete(self, request: Sequence[Message], *, model: str | None = ..., idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ..., **chat: Unpack[ChatOptions]) -> Answer: ...

    async def complete(self, request: str | Sequence[Message] | v1.CompleteRequest | v1.ChatCompletionParams, *,
                 model: str | None = None, idempotency_key: str = "", timeout: float | None = None,
                 metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> str | Answer | v1.CompleteResponse:
        """Text in, text out; messages in, an Answer out; or the typed request in, the typed response out.
        Cancelling the task cancels the call, here and upstream. idempotency_key: see inferwire.Client.complete."""
        check_plain(request, chat)
        message = to_request(v1.CompleteRequest, request, model or self._options.model, idempotency_key, chat)
        response: v1.CompleteResponse = await self._unary(self._chat.Complete, message, timeout, metadata)
        if isinstance(request, str):
            return text_of(response.completion)
        return Answer(response) if isinstance(request, (list, tuple)) else response

    def stream(self, request: str | Sequence[Message] | v1.ChatCompletionParams | v1.StreamCompleteRequest, *,
               model: str | None = None, idempotency_key: str = "", timeout: float | None = None,
               metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> AnswerStream:
        """Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        message = to_request(v1.StreamCompleteRequest, request, model or self._options.model, idempotency_key, chat)
        return AnswerStream(self._start(self._chat.StreamComplete, message, timeout, metadata))

    async def parse(self, request: str | Sequence[Message], kind: type[T], *, model: str | None = None,
              idempotency_key: str = "", timeout: float | None = None, metadata: Metadata = (),
              **chat: Unpack[ChatOptions]) -> T:
        """An answer of a type: of pydantic, a dataclass, a TypedDict, a list, ... The model is kept to its
        schema. Raises RefusalError, CutOffError or MismatchError; see inferwire.Client.parse."""
        chat["response_format"] = kind
        params = params_of(request, model or self._options.model, chat)
        answer = await self._answer(params, idempotency_key, timeout, metadata)
        return answer.parse(kind)

    async def run_tools(self, request: str | Sequence[Message], functions: Sequence[Callable[..., Any]], *,
                  max_rounds: int = MAX_ROUNDS, model: str | None = None, timeout: float | None = None,
                  metadata: Metadata = (), **chat: Unpack[ChatOptions]) -> ToolRun:
        """Asks, calls the functions that the model wants, tells it what came of them, and so on until it
        answers. Coroutine functions are awaited, others run in a thread; see inferwire.Client.run_tools."""
        loop = ToolLoop(params_of(request, model or self._options.model, chat), functions, max_rounds, waits=True)
        until = time.monotonic() + (self._options.timeout if timeout is None else timeout)
        try:
            while calls := loop.take(await self._answer(loop.params, "", max(0.0, until - time.monotonic()), metadata)):
                loop.give(await asyncio.gather(*map(_run, calls)))
        except InferwireError as error:
            raise loop.failed(error)
        return loop.outcome()

    async def _answer(self, params: v1.ChatCompletionParams, idempotency_key: str, timeout: float | None,
                metadata: Metadata) -> Answer:
        message = to_request(v1.CompleteRequest, params, "", idempotency_key)
        return Answer(await self._unary(self._chat.Complete, message, timeout, metadata))


async def _run(call: FunctionCall) -> v1.ChatMessage:
    if not inspect.iscoroutinefunction(call.function):
        return await asyncio.to_thread(call.run)
    try:
        return call.result(await call.function(**call.arguments))
    except Exception as error:  # noqa: BLE001 - the model is told, and may do better
        return call.failure(error)
