"""Items of batches from what the calls of their endpoints take: shared by Client and aio.Client."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Union

from . import v1
from .answers import DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL, DEFAULT_TEXT_MODEL
from .chat import Message, params_of
from .plain import from_plain, json_text

CHAT = "/v1/chat/completions"

#: Text, messages or texts, and dictionaries belong to the batch's endpoint (header.endpoint, else chat);
#: typed parameters say theirs. A dictionary with "url" and "body" is a line of a batch file.
BatchInput = Union[
    str, Sequence[Message], Sequence[str], Mapping[str, Any], v1.BatchItem, v1.ChatCompletionParams, v1.ResponseParams,
    v1.EmbeddingParams, v1.TextCompletionParams, v1.ModerationParams, v1.ImageParams, v1.ImageEditParams]

_LINE = frozenset({"custom_id", "method", "url", "body"})


@dataclasses.dataclass(frozen=True)
class _Endpoint:
    """field: of v1.BatchItem. main: the member that text stands for. model: of what names none; empty: the
    client's."""

    field: str
    params: Any
    main: str
    model: str = ""


_ENDPOINTS = {
    CHAT: _Endpoint("chat_completion", v1.ChatCompletionParams, "messages"),
    "/v1/responses": _Endpoint("response", v1.ResponseParams, "input"),
    "/v1/embeddings": _Endpoint("embedding", v1.EmbeddingParams, "input", DEFAULT_EMBEDDING_MODEL),
    "/v1/completions": _Endpoint("text_completion", v1.TextCompletionParams, "prompt", DEFAULT_TEXT_MODEL),
    "/v1/moderations": _Endpoint("moderation", v1.ModerationParams, "input", DEFAULT_MODERATION_MODEL),
    "/v1/images/generations": _Endpoint("image_generation", v1.ImageParams, "prompt", DEFAULT_IMAGE_MODEL),
    # A prompt alone changes no image.
    "/v1/images/edits": _Endpoint("image_edit", v1.ImageEditParams, "", DEFAULT_IMAGE_MODEL),
}
_FIELDS: dict[type[Any], str] = {known.params: known.field for known in _ENDPOINTS.values()}


class Items:
    """Makes the items of one batch; the first one may say of which endpoint it is."""

    def __init__(self, header: v1.BatchHeader | None, model: str) -> None:
        self.header = v1.BatchHeader() if header is None else header
        self._model = model
        self._endpoint = self.header.endpoint
        self._count = 0

    def make(self, value: Any) -> v1.BatchItem:
        self._endpoint = self._endpoint or _endpoint_of(value)
        item = self._item(value, f"items[{self._count}]")
        self._count += 1
        return item

    def _item(self, value: Any, path: str) -> v1.BatchItem:
        if isinstance(value, v1.BatchItem):
            return value
        custom_id = str(self._count)
        if _is_line(value):
            custom_id, value = _read_line(value, custom_id, self._endpoint, path)
            path += ".body"
        if (field := _FIELDS.get(type(value))) is not None:
            return v1.BatchItem(custom_id=custom_id, **{field: value})
        known = _ENDPOINTS.get(self._endpoint)
        if known is not None:
            return v1.BatchItem(custom_id=custom_id, **{known.field: self._params(known, value, path)})
        if not self.header.endpoint:
            raise TypeError(f"{path}: a batch of {self._endpoint} needs v1.BatchHeader(endpoint={self._endpoint!r})")
        return v1.BatchItem(custom_id=custom_id, raw_json=_json_of(value, self._endpoint, path))

    def _params(self, known: _Endpoint, value: Any, path: str) -> Any:
        if not isinstance(value, (str, list, tuple, Mapping)):
            raise TypeError(f"{path}: must be text, messages, parameters or a v1.BatchItem, not {type(value).__name__}")
        model = known.model or self._model
        if self._endpoint == CHAT:
            if isinstance(value, Mapping) and "messages" not in value:
                raise TypeError(f"{path}: has no messages; for another endpoint than {CHAT}: "
                                "v1.BatchHeader(endpoint=...), or typed parameters")
            return params_of(value, model)
        if not isinstance(value, Mapping):
            if not known.main:
                raise TypeError(f"{path}: must be a v1.{known.params.__name__} or a dictionary")
            value = {known.main: value}
        return from_plain(known.params, {"model": model, **value}, path)


def _endpoint_of(value: Any) -> str:
    """Of a batch that begins with this item."""
    if isinstance(value, v1.BatchItem):
        field = value.WhichOneof("body")
    elif _is_line(value):
        return str(value.get("url") or CHAT)
    else:
        field = _FIELDS.get(type(value))
    return next((endpoint for endpoint, known in _ENDPOINTS.items() if known.field == field), CHAT)


def _is_line(value: Any) -> bool:
    return isinstance(value, Mapping) and "body" in value


def _read_line(line: Mapping[str, Any], custom_id: str, endpoint: str, path: str) -> tuple[str, Any]:
    """Its id and its body."""
    for name in line:
        if name not in _LINE:
            raise TypeError(f"{path}.{name}: there is no such member of a batch's line")
    if line.get("method", "POST") != "POST":
        raise TypeError(f"{path}.method: must be POST")
    if line.get("url", endpoint) != endpoint:
        raise TypeError(f"{path}.url: is {line['url']}, and the batch is of {endpoint}")
    custom_id = line.get("custom_id", custom_id)
    if not isinstance(custom_id, str):
        raise TypeError(f"{path}.custom_id: must be text")
    return custom_id, line["body"]


def _json_of(value: Any, endpoint: str, path: str) -> str:
    if not isinstance(value, Mapping):
        raise TypeError(f"{path}: must be a dictionary, the body of a request to {endpoint}")
    return json_text(value, path)
