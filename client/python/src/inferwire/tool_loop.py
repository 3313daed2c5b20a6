"""A conversation in which the model calls functions: what is asked, which functions are called, what the model
is told of them. No I/O: shared by both clients."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any

from . import v1
from .chat_answers import Answer, ToolRun
from .errors import TOO_MANY_ROUNDS, InferwireError, RoundsError
from .schemas import function_tool, name_of, read_arguments

MAX_ROUNDS = 10
#: Functions of one round that run at the same time.
PARALLEL = 8


@dataclasses.dataclass(frozen=True)
class FunctionCall:
    """Of the model; what comes of it is a message that tells the model."""

    call_id: str
    function: Callable[..., Any]
    arguments: dict[str, Any]

    def result(self, value: Any) -> v1.ChatMessage:
        return _told(self.call_id, value if isinstance(value, str) else _json(value))

    def failure(self, error: Exception) -> v1.ChatMessage:
        return _told(self.call_id, _json({"error": f"{type(error).__name__}: {error}"}))

    def run(self) -> v1.ChatMessage:
        try:
            return self.result(self.function(**self.arguments))
        except Exception as error:  # noqa: BLE001 - the model is told, and may do better
            return self.failure(error)


def _told(call_id: str, text: str) -> v1.ChatMessage:
    return v1.ChatMessage(role=v1.ROLE_TOOL, tool_call_id=call_id, content=text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


class ToolLoop:
    def __init__(self, params: v1.ChatCompletionParams, functions: Iterable[Callable[..., Any]], max_rounds: int,
                 *, waits: bool) -> None:
        """waits: coroutine functions may be among them."""
        if max_rounds < 1:
            raise ValueError("max_rounds: must be at least 1")
        self.params = v1.ChatCompletionParams()
        self.params.CopyFrom(params)
        self._functions: dict[str, Callable[..., Any]] = {}
        self._max_rounds = max_rounds
        self._answers: list[Answer] = []
        for function in functions:
            name = name_of(function)
            if name in self._functions:
                raise TypeError(f"{name}: two functions have this name")
            if inspect.iscoroutinefunction(function) and not waits:
                raise TypeError(f"{name}: is a coroutine function: for inferwire.aio.Client")
            self._functions[name] = function
            self.params.tools.append(function_tool(function))

    def take(self, answer: Answer) -> list[FunctionCall]:
        """What is to be called; nothing: the run has ended."""
        self._answers.append(answer)
        self.params.messages.append(answer.message)
        if answer.tool_calls and len(self._answers) == self._max_rounds:
            raise RoundsError.of(self.outcome(), TOO_MANY_ROUNDS,
                                 f"the model still calls functions after {self._max_rounds} rounds")
        return [self._prepared(call) for call in answer.tool_calls]

    def give(self, results: Iterable[v1.ChatMessage]) -> None:
        """In the order of the calls."""
        self.params.messages.extend(results)

    def outcome(self) -> ToolRun:
        return ToolRun(self._answers[-1].response, list(self.params.messages), self._answers)

    def failed(self, error: InferwireError) -> InferwireError:
        """What has come before is not lost with the call that failed."""
        error.run = self.outcome() if self._answers else None
        return error

    def _prepared(self, call: v1.ToolCall) -> FunctionCall:
        """A call that cannot be made fails as a function would."""
        name = call.function.name or call.custom.name
        function = self._functions.get(name)
        if function is None:
            known = ", ".join(self._functions) or "none"
            return _failing(call.id, LookupError(f"there is no function {name!r}; there are: {known}"))
        try:
            return FunctionCall(call.id, function, read_arguments(function, call.function.arguments))
        except ValueError as error:
            return _failing(call.id, ValueError(f"the arguments do not fit: {error}"))


def _failing(call_id: str, error: Exception) -> FunctionCall:
    def fail() -> None:
        raise error

    return FunctionCall(call_id, fail, {})
