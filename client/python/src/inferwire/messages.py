"""Requests made from plain values, and what answers say: shared by Client and aio.Client."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from google.protobuf import wrappers_pb2

from . import v1
from .channel import DEFAULT_MODEL
from .chat import params_of
from .errors import InferwireError, from_rpc_status

Request = TypeVar("Request")


def ask(prompt: str, model: str = DEFAULT_MODEL) -> v1.ChatCompletionParams:
    """The parameters of one user message: the start of most calls."""
    return v1.ChatCompletionParams(
        model=model, messages=[v1.ChatMessage(role=v1.ROLE_USER, content=prompt)])


def check_items(items: Any) -> None:
    """One text is iterable, too, and would be asked letter by letter; a dictionary, name by name."""
    if isinstance(items, (str, bytes, Mapping)):
        raise TypeError(f"items: must be a list or another iterable of items, not one {type(items).__name__}")


def to_request(kind: type[Request], value: Any, model: str, idempotency_key: str,
               options: Mapping[str, Any] | None = None) -> Request:
    request: Request = request_of(kind, params_of(value, model, options), idempotency_key)
    return request


def request_of(kind: Any, value: Any, idempotency_key: str) -> Any:
    """A request, or its parameters."""
    if not isinstance(value, kind):
        value = kind(params=value)
    elif idempotency_key:
        given, value = value, kind()
        value.CopyFrom(given)  # it is the caller's, perhaps for other calls too
    if idempotency_key:
        value.options.idempotency_key = idempotency_key
    return value


def to_item(value: Any, position: int, model: str) -> v1.CompleteManyItem:
    if isinstance(value, v1.CompleteManyItem):
        return value
    return v1.CompleteManyItem(item_id=str(position), params=params_of(value, model))


def text_of(completion: v1.ChatCompletion) -> str:
    """The text of the first choice, in one string or in parts; what the model refused with, if it
    refused."""
    if not completion.choices:
        return ""
    message = completion.choices[0].message
    return message.content if message.HasField("content") else said_in(message) or refusal_of(message)


def said_in(message: v1.ChatMessage) -> str:
    """A message's text, in one string or in parts."""
    return message.content or "".join(part.text for part in message.content_parts)


def refusal_of(message: v1.ChatMessage) -> str:
    return message.refusal or "".join(part.refusal for part in message.content_parts)


def cost_of(cost: v1.Cost) -> int | None:
    """Millionths of a millionth of a dollar; None: not known. Of an answer: response.gateway.cost."""
    return cost.total_picousd if cost.HasField("total_picousd") else None


def usd_of(cost: v1.Cost) -> Decimal | None:
    """Dollars, exactly; None: not known."""
    return Decimal(cost.total_picousd).scaleb(-12) if cost.HasField("total_picousd") else None


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One event of a streamed completion."""

    message: v1.StreamCompleteResponse

    @property
    def text(self) -> str:
        """What this event adds to the text of the first choice; empty for all other events."""
        for choice in self.message.chunk.choices:
            if choice.index == 0:
                return choice.delta.content
        return ""

    @property
    def completed(self) -> v1.StreamCompleted | None:
        """The last event's usage, gateway info and, if asked for, whole answer."""
        return self.message.completed if self.message.HasField("completed") else None


def is_last_event(message: v1.StreamCompleteResponse) -> bool:
    return message.HasField("completed")


def is_last_part(message: v1.StreamInvokeResponse | v1.DownloadFileResponse) -> bool:
    return message.HasField("completed")


@dataclasses.dataclass(frozen=True)
class ManyResult:
    """The one answer of an item. An item's error is its result; the others go on."""

    item_id: str
    completion: v1.ChatCompletion | None
    error: InferwireError | None
    gateway: v1.GatewayInfo

    @property
    def text(self) -> str:
        return text_of(self.completion) if self.completion is not None else ""

    @property
    def cost(self) -> Decimal | None:
        """Dollars; None: not known."""
        return usd_of(self.gateway.cost)


def to_result(message: v1.CompleteManyResult) -> ManyResult:
    failed = message.HasField("error")
    return ManyResult(
        message.item_id,
        None if failed else message.completion,
        from_rpc_status(message.error) if failed else None,
        message.gateway)


HEALTH_METHOD = "/grpc.health.v1.Health/Check"
HEALTH = {0: "UNKNOWN", 1: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}


def health_request(service: str) -> bytes:
    # HealthCheckRequest is one string with number 1: on the wire that is the wrapper.
    return wrappers_pb2.StringValue(value=service).SerializeToString()


def health_status(answer: bytes) -> str:
    return HEALTH.get(wrappers_pb2.Int32Value.FromString(answer).value, "UNKNOWN")
