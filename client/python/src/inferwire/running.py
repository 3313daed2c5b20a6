"""A streaming call that can be ended, whatever interceptors have made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc

from .errors import InferwireError, from_rpc


def error_of(error: Exception) -> InferwireError:
    """Of a grpc.RpcError; those of interceptors need not have the methods of a call."""
    if isinstance(error, InferwireError):
        return error

    def ask(name: str, otherwise: Any) -> Any:
        method = getattr(error, name, None)
        return method() if callable(method) else otherwise

    code = ask("code", None) or grpc.StatusCode.UNKNOWN
    return from_rpc(code, ask("details", str(error)), ask("trailing_metadata", ()))


class Running:
    """Interceptors may return any iterator in a call's place: those of OpenTelemetry return a
    generator, which has none of a call's methods. The call behind it is found once it has brought
    something; gRPC cancels it, too, when the last reference is gone."""

    def __init__(self, call: Any) -> None:
        self._call: Any = call
        self._cancelled = False

    def __iter__(self) -> Iterator[Any]:
        if self._call is None:
            return
        for message in self._call:
            if self._cancelled:  # by a thread that could not reach the call
                raise from_rpc(grpc.StatusCode.CANCELLED, "cancelled by this client", ())
            yield message

    def cancel(self) -> None:
        """From any thread; without effect on a call that has ended."""
        self._cancelled = True
        call = self._call
        while call is not None and not hasattr(call, "cancel"):
            call = getattr(call, "gi_yieldfrom", None)
        if call is not None:
            call.cancel()

    def end(self) -> None:
        """Of the thread that reads: nothing is read any more."""
        self.cancel()
        call, self._call = self._call, None
        if not hasattr(call, "cancel") and hasattr(call, "close"):
            call.close()
