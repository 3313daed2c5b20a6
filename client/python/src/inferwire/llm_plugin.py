"""A plugin of the command `llm`: the gateway's models as inferwire/MODEL, with streaming, tools, schemas,
attachments and logs as llm has them for OpenAI's. `llm install "inferwire[openai]"` is all it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import llm
import openai
from llm.default_plugins.openai_models import AsyncChat, Chat

from . import v1
from .aio import openai_transport as async_transport
from .channel import Options
from .client import Client
from .errors import InferwireError
from .openai_sync import openai_transport

#: Seconds to wait for the list of models: llm asks for it with every command.
LIST_TIMEOUT = 2.0


class _ByGateway:
    needs_key = None
    key_env_var = None

    def __str__(self) -> str:
        return f"Inferwire: {getattr(self, 'model_id')}"

    def get_client(self, key: str | None, *, async_: bool = False) -> openai.OpenAI | openai.AsyncOpenAI:
        if async_:
            return openai.AsyncOpenAI(api_key="not used", http_client=async_transport())
        return openai.OpenAI(api_key="not used", http_client=openai_transport())


class InferwireChat(_ByGateway, Chat):
    """model_name is what the gateway is asked for."""


class AsyncInferwireChat(_ByGateway, AsyncChat):
    """The same for asyncio."""


@llm.hookimpl
def register_models(register: Callable[..., None]) -> None:
    """INFERWIRE_SERVER, INFERWIRE_API_KEY and INFERWIRE_CA say where; `inferwire` is the model of INFERWIRE_MODEL
    and is there also when the gateway is not."""
    models = {model.model_id: _abilities(model) for model in _models()}
    default = Options().model
    _register(register, "inferwire", default, models.get(default, {}))
    for name, abilities in models.items():
        _register(register, f"inferwire/{name}", name, abilities)


def _register(register: Callable[..., None], model_id: str, name: str, abilities: dict[str, bool]) -> None:
    wanted = {"supports_tools": True, "supports_schema": True, **abilities}
    register(InferwireChat(model_id, model_name=name, **wanted),
             AsyncInferwireChat(model_id, model_name=name, **wanted))


def _models() -> Iterable[v1.Model]:
    try:
        with Client(read_timeout=LIST_TIMEOUT) as client:
            return [model for model in client.list_models() if model.endpoints.get("chat/completions", True)]
    except InferwireError:
        return []


def _abilities(model: v1.Model) -> dict[str, Any]:
    """What the catalogue knows; what it does not know is tried."""
    features = model.features
    return {"vision": "image" in model.input_modalities, "audio": "audio" in model.input_modalities,
            "supports_tools": features.get("function_calling", True),
            "supports_schema": features.get("structured_outputs", True)}
