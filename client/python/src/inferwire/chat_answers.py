"""What a chat of plain values brings: the whole answer, the stream, and the outcome of a run of functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from . import v1
from .errors import CUT_OFF, MISMATCH, REFUSED, CutOffError, MismatchError, RefusalError
from .messages import Event, refusal_of, said_in, text_of, usd_of
from .schemas import read_value

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Answer:
    """`str(answer)` is its text."""

    response: v1.CompleteResponse

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """Of the first choice; what the model refused with, if it refused."""
        return text_of(self.response.completion)

    @property
    def message(self) -> v1.ChatMessage:
        """Goes into the next call's messages as it is."""
        choices = self.response.completion.choices
        return choices[0].message if choices else v1.ChatMessage(role=v1.ROLE_ASSISTANT)

    @property
    def tool_calls(self) -> Sequence[v1.ToolCall]:
        return self.message.tool_calls

    @property
    def refusal(self) -> str:
        return refusal_of(self.message)

    @property
    def finish_reason(self) -> str:
        """stop, length, tool_calls, content_filter or another; empty: none was given."""
        choices = self.response.completion.choices
        number = choices[0].finish_reason if choices else v1.FINISH_REASON_UNSPECIFIED
        name: str = v1.FinishReason.Name(number).removeprefix("FINISH_REASON_").lower()
        return "" if number == v1.FINISH_REASON_UNSPECIFIED else name

    @property
    def usage(self) -> v1.Usage:
        return self.response.completion.usage

    @property
    def cost(self) -> Decimal | None:
        """Dollars, exactly; None: not known."""
        return usd_of(self.response.gateway.cost)

    @property
    def gateway(self) -> v1.GatewayInfo:
        return self.response.gateway

    @property
    def request_id(self) -> str:
        return self.response.gateway.request_id

    def parse(self, kind: type[T]) -> T:
        """The answer as a value of a type that the call had as its response_format. Raises RefusalError,
        CutOffError or MismatchError."""
        if self.refusal or self.finish_reason == "content_filter":
            raise RefusalError.of(self, REFUSED, "the model refused to answer")
        if self.finish_reason == "length":
            raise CutOffError.of(self, CUT_OFF, "the answer was longer than allowed and was cut off")
        try:
            value: T = read_value(kind, said_in(self.message))
        except ValueError as error:
            raise MismatchError.of(self, MISMATCH, f"the answer is no {_name(kind)}: {error}") from None
        return value


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))


@dataclasses.dataclass(frozen=True)
class ToolRun(Answer):
    """The last answer of a run of functions; usage and cost are of all its rounds."""

    #: The whole conversation, this answer included: goes into the next call as it is.
    messages: list[v1.ChatMessage]
    #: Of each round, in their order.
    answers: list[Answer]

    @property
    def rounds(self) -> int:
        return len(self.answers)

    @property
    def usage(self) -> v1.Usage:
        total = v1.Usage()
        for answer in self.answers:
            _add(total, answer.usage)
        return total

    @property
    def cost(self) -> Decimal | None:
        """Dollars, exactly; None: that of a round is not known."""
        costs = [answer.cost for answer in self.answers]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal()) if len(known) == len(costs) else None


def _add(total: Any, usage: Any) -> None:
    for field, value in usage.ListFields():
        if field.name == "extra":
            continue
        if field.message_type:
            _add(getattr(total, field.name), value)
        else:
            setattr(total, field.name, getattr(total, field.name) + value)


class Collected:
    """What has come of a streamed answer so far; a part of the streams of both clients."""

    _texts: list[str]
    _done: v1.StreamCompleted | None

    def _begin(self) -> Callable[[v1.StreamCompleteResponse], Event]:
        self._texts, self._done = [], None
        return self._take

    def _take(self, message: v1.StreamCompleteResponse) -> Event:
        event = Event(message)
        if text := event.text:
            self._texts.append(text)
        if event.completed is not None:
            self._done = event.completed
        return event

    @property
    def text(self) -> str:
        """Of the first choice, as far as it has come."""
        return "".join(self._texts)

    @property
    def completed(self) -> v1.StreamCompleted | None:
        """After the loop: usage, gateway info and, if asked for, the whole answer."""
        return self._done

    @property
    def usage(self) -> v1.Usage | None:
        """None: the stream has not ended."""
        return None if self._done is None else self._done.usage

    @property
    def cost(self) -> Decimal | None:
        """Dollars, exactly; None: not known, or the stream has not ended."""
        return None if self._done is None else usd_of(self._done.gateway.cost)
