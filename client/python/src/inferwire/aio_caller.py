"""What the parts of the asyncio client call by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from .aio_streams import Stream
from .batches import Patience
from .channel import LongRequests, Metadata, Options
from .errors import InferwireError, client_closed
from .forms import Form


class Caller:
    """Client has all of it; its parts only need to know that it is there."""

    _options: Options
    _channel: Any
    _long_requests: LongRequests
    _closed: bool

    def _stub(self, kind: Callable[[Any], Any]) -> Any:
        """Of a service. gRPC crashes where one is made on a channel that is closed."""
        if self._closed:
            raise client_closed()
        return kind(self._channel)

    def _start(self, method: Any, request: Any, timeout: float | None, metadata: Metadata) -> Any:
        raise NotImplementedError

    async def _unary(self, method: Any, request: Any, timeout: float | None, metadata: Metadata) -> Any:
        raise NotImplementedError

    async def _read(self, method: Any, request: Any) -> Any:
        return await self._unary(method, request, self._options.read_timeout, ())

    async def _pages(self, method: Any, request: Any, name: str) -> AsyncIterator[Any]:
        while True:
            page = await self._read(method, request)
            for element in getattr(page, name):
                yield element
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def _patiently(self, start: Callable[[Patience], Stream[Any]],
                         timeout: float | None) -> AsyncIterator[Any]:
        """The messages of streams that follow one another until one comes to its end."""
        patience = Patience(timeout)
        while True:
            try:
                async for message in start(patience):
                    patience.reset()
                    yield message
                return
            except InferwireError as error:
                await asyncio.sleep(patience.pause_after(error))

    async def _send(self, method: Any, form: Form, timeout: float | None, metadata: Metadata) -> Any:
        try:
            return await self._unary(method, _messages(form), timeout, metadata)
        except Exception:
            if form.fault is not None:
                raise form.fault from None
            raise
        finally:
            form.close()


async def _messages(form: Form) -> AsyncIterator[Any]:
    messages = form.messages()
    while (message := await asyncio.to_thread(next, messages, None)) is not None:
        yield message
