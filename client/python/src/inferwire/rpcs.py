"""Every RPC by its request: each has a request type of its own, in the file of its service."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable
from typing import Any

from google.protobuf import message_factory

#: What asks for no work of a model, and may be repeated.
_READS = re.compile(r"/(?:Get|List|Delete|Cancel|Count)[A-Z]\w*$")


@dataclasses.dataclass(frozen=True)
class Rpc:
    path: str
    request: type[Any]
    response: type[Any]
    streams: bool

    @property
    def reads(self) -> bool:
        return _READS.search(self.path) is not None

    @property
    def is_last(self) -> Callable[[Any], bool] | None:
        """Of its messages; None: the stream may end with any."""
        if "completed" not in self.response.DESCRIPTOR.fields_by_name:
            return None
        return lambda message: bool(message.HasField("completed"))

    def on(self, channel: Any) -> Any:
        """As the stubs have it."""
        kind = channel.unary_stream if self.streams else channel.unary_unary
        return kind(self.path, request_serializer=self.request.SerializeToString,
                    response_deserializer=self.response.FromString)


@functools.cache
def _rpc_of(kind: type[Any]) -> Rpc | None:
    wanted = getattr(kind, "DESCRIPTOR", None)
    for service in wanted.file.services_by_name.values() if wanted else ():
        for method in service.methods:
            if method.input_type is wanted and not method.client_streaming:
                return Rpc(f"/{service.full_name}/{method.name}", kind,
                           message_factory.GetMessageClass(method.output_type),
                           method.server_streaming)
    return None


def rpc_of(request: Any, *, streams: bool) -> Rpc:
    kind: Any = type(request)
    rpc = _rpc_of(kind)
    if rpc is None:
        raise TypeError(f"{type(request).__name__} is the request of no call with one request")
    if rpc.streams != streams:
        right = "stream_call" if rpc.streams else "call"
        raise TypeError(f"{rpc.path} is for {right}()")
    return rpc
