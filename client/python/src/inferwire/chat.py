"""Chats of plain values: what a call may be given in place of typed messages, and the parameters made of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, TypedDict, Union

from . import v1
from .forms import image_type, open_source
from .plain import from_plain
from .schemas import function_tool, response_format_of

#: {"role": "user", "content": "Hi"}; content is a text, or a list of texts, dictionaries and image(...).
Message = Union[Mapping[str, Any], v1.ChatMessage]
#: A function with types and a docstring, the provider's dictionary, or the typed message.
ToolLike = Union[Callable[..., Any], Mapping[str, Any], v1.Tool]


class ChatOptions(TypedDict, total=False):
    """What may be said beside the messages, by its name in the provider's API."""

    #: Goes before the messages.
    system: str
    temperature: float
    top_p: float
    max_completion_tokens: int
    tools: Sequence[ToolLike]
    tool_choice: str | Mapping[str, Any]
    parallel_tool_calls: bool
    #: A dictionary as the provider's API has it, or a type as parse takes it.
    response_format: Any
    reasoning_effort: str
    verbosity: str
    stop: str | Sequence[str]
    n: int
    seed: int
    frequency_penalty: float
    presence_penalty: float
    store: bool
    service_tier: str
    prompt_cache_key: str
    safety_identifier: str
    #: Any further members of the request's JSON.
    extra: Mapping[str, Any]


_NAMES = ChatOptions.__annotations__.keys()


def params_of(value: Any, model: str, options: Mapping[str, Any] | None = None) -> Any:
    """Of a text, of messages, or of all parameters as a dictionary; what is typed stays as it is."""
    options = options or {}
    for name in options:
        if name not in _NAMES:
            raise TypeError(f"{name}: there is no such argument; what only the provider knows goes into extra")
    if isinstance(value, str):
        value = [v1.ChatMessage(role=v1.ROLE_USER, content=value)]
    if isinstance(value, Mapping) and "messages" in value:
        given: Mapping[str, Any] = value
    elif isinstance(value, (list, tuple)):
        given = {"messages": value}
    elif isinstance(value, Mapping):
        raise TypeError("messages: must be a list, also of one message")
    elif options:
        raise TypeError(f"{next(iter(options))}: belongs into the typed request")
    else:
        return value
    return _params({"model": model, **given, **options})


def check_plain(request: Any, options: Mapping[str, Any]) -> None:
    """A text's answer is a text: what says more than that would be lost."""
    if isinstance(request, str) and options.get("tools"):
        raise TypeError("tools: of a text only the answer's text comes back; ask with a list of messages")


def _params(given: dict[str, Any]) -> v1.ChatCompletionParams:
    system, extra = given.pop("system", None), given.pop("extra", None) or {}
    messages = [from_plain(v1.ChatMessage, message, f"messages[{i}]")
                for i, message in enumerate(given.pop("messages"))]
    if system:
        messages.insert(0, v1.ChatMessage(role=v1.ROLE_SYSTEM, content=system))
    if (tools := given.pop("tools", None)) is not None:
        given["tools"] = [to_tool(tool, f"tools[{i}]") for i, tool in enumerate(tools)]
    if (form := given.pop("response_format", None)) is not None:
        given["response_format"] = response_format_of(form)
    params = from_plain(v1.ChatCompletionParams, {**given, **extra}, "request")
    params.messages.extend(messages)
    return params


def to_tool(value: Any, path: str) -> v1.Tool:
    if callable(value) and not isinstance(value, (Mapping, v1.Tool)):
        return function_tool(value)
    return from_plain(v1.Tool, value, path)


def image(file: str | os.PathLike[str] | bytes | IO[bytes], *, detail: str | None = None) -> v1.ContentPart:
    """A picture in a message's content: a path, bytes, a file that is read, or an https: or data: URL."""
    if isinstance(file, str) and file.startswith(("https://", "http://", "data:")):
        return v1.ContentPart(image_url=v1.ImageUrl(url=file, detail=detail))
    source = open_source(file, "", "image")
    try:
        data = source.stream.read()
    finally:
        if source.ours:
            source.stream.close()
    return v1.ContentPart(image_url=v1.ImageUrl(data=data, mime_type=image_type(source.name, data), detail=detail))
