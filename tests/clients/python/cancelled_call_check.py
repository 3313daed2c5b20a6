"""Interceptors of the asyncio client that wait for a call to end, as those of OpenTelemetry do: whoever cancels what
it awaits has ended the call, so that nothing goes on that costs money."""
import asyncio
import io
import os

import grpc
import grpc.aio
import inferwire

TARGET = os.environ["INFERWIRE_SERVER"]
LIMIT = 20


class Waiting:
    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.call = None

    async def wait(self, continuation, details, request):
        self.call = await continuation(details, request)
        self.began.set()
        await self.call.code()
        return self.call


class Calls(Waiting, grpc.aio.UnaryUnaryClientInterceptor):
    intercept_unary_unary = Waiting.wait


class Uploads(Waiting, grpc.aio.StreamUnaryClientInterceptor):
    intercept_stream_unary = Waiting.wait


async def cancelled(work, began: asyncio.Event) -> None:
    task = asyncio.ensure_future(work)
    await asyncio.wait_for(began.wait(), LIMIT)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    raise AssertionError("it has an answer")


async def has_ended(call, what: str) -> None:
    code = await asyncio.wait_for(call.code(), LIMIT)
    assert code == grpc.StatusCode.CANCELLED, f"{what}: {code}"
    print(what, "ok")


async def main() -> None:
    endless = inferwire.ask("Hi", "gpt-4.1-mini+rate=10+tokens=5000")
    calls, uploads = Calls(), Uploads()
    async with inferwire.aio.Client(TARGET, interceptors=[calls, uploads]) as client:
        await cancelled(client.complete(endless), calls.began)
        await has_ended(calls.call, "complete")

        sent = asyncio.Event()
        loop = asyncio.get_running_loop()
        file = io.BytesIO(bytes(200_000_000))
        await cancelled(client.upload_file(file, filename="a.bin",
                                           on_progress=lambda _: loop.call_soon_threadsafe(sent.set)), sent)
        await has_ended(uploads.call, "upload_file")
        assert file.tell() < 100_000_000, "the file went up all the same"
        assert await client.complete("a b", model="gpt-4.1-mini+echo") == "a b"


asyncio.run(main())
