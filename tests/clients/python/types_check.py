"""What mypy --strict makes of the client without any package of types; also run, it proves nothing."""
import sys
from collections.abc import Iterator
from decimal import Decimal

if sys.version_info >= (3, 11):
    from typing import assert_type
else:
    from typing_extensions import assert_type

import inferwire
from inferwire import v1


def blocking(client: inferwire.Client) -> None:
    assert_type(client.complete("Hi"), str)
    assert_type(client.complete("Hi", model="m", timeout=3.0), str)
    assert_type(client.complete(v1.CompleteRequest()), v1.CompleteResponse)
    assert_type(client.complete(inferwire.ask("Hi")), v1.CompleteResponse)
    assert_type(client.complete(inferwire.ask("Hi")).gateway.cost, v1.Cost)
    for event in client.stream("Hi"):
        assert_type(event.text, str)
        assert_type(event.completed, v1.StreamCompleted | None)
    for result in client.complete_many(["Hi"]):
        assert_type(result.text, str)
        assert_type(result.error, inferwire.InferwireError | None)
        assert_type(result.completion, v1.ChatCompletion | None)
    assert_type(client.invoke(v1.HttpCall()), v1.InvokeResponse)
    assert_type(client.create_batch(["Hi"]), v1.CreateBatchResponse)
    client.create_batch([v1.EmbeddingParams(), {"input": "Hi"}, "Hi", v1.BatchItem()], v1.BatchHeader(endpoint="/v1/embeddings"))
    client.create_batch([[{"role": "user", "content": "Hi"}], inferwire.ask("Hi")])
    client.create_batch([42])  # type: ignore[list-item]
    assert_type(client.list_batches(), Iterator[v1.Batch])
    for outcome in client.batch_results("b"):
        assert_type(outcome.text, str)
        assert_type(outcome.vectors, list[list[float]])
        assert_type(outcome.moderations, list[v1.ModerationResult])
        assert_type(outcome.images, list[v1.Image])
        assert_type(outcome.response, v1.Response | None)
        assert_type(outcome.cost, Decimal | None)
    assert_type(client.list_models(), Iterator[v1.Model])
    assert_type(client.health(), str)
    assert_type(client.target, str)
    assert_type(inferwire.cost_of(v1.Cost()), int | None)
    assert_type(client.respond("Hi"), str)
    assert_type(client.respond(v1.ResponseParams()), v1.CreateResponseResponse)
    stream = client.stream_response("Hi")
    for part in stream:
        assert_type(part.text, str)
        assert_type(part.event, v1.ResponseEvent | None)
    assert_type(stream.response, v1.Response | None)
    assert_type(stream.resume(), inferwire.ResponseStream)
    assert_type(client.embed("Hi"), list[float])
    assert_type(client.embed(["Hi"]), list[list[float]])
    assert_type(client.embed(v1.EmbeddingParams()), v1.EmbedResponse)
    assert_type(client.moderate("Hi"), v1.ModerationResult)
    assert_type(client.moderate(["Hi"]), list[v1.ModerationResult])
    assert_type(client.complete_text("Hi"), str)
    assert_type(client.generate_images("Hi"), list[v1.Image])
    assert_type(client.transcribe("talk.mp3"), str)
    assert_type(client.transcribe("talk.mp3", v1.TranscriptionParams()), v1.TranscribeResponse)
    assert_type(client.edit_image(["a.png", b"b"], "Hi"), list[v1.Image])
    assert_type(client.speak("Hi"), inferwire.Speech)
    assert_type(client.complete("Hi", system="Be brief.", temperature=0.5), str)
    assert_type(client.complete([{"role": "user", "content": ["Hi", inferwire.image(b"")]}]), inferwire.Answer)
    assert_type(client.complete([{"role": "user", "content": "Hi"}], tools=[named]).cost, Decimal | None)
    answers = client.stream([{"role": "user", "content": "Hi"}], model="m", stop="x")
    assert_type(answers.text, str)
    with answers as same:
        assert_type(same.usage, v1.Usage | None)
    assert_type(client.parse("Hi", City), City)
    assert_type(client.parse([{"role": "user", "content": "Hi"}], list[int]), list[int])
    assert_type(client.run_tools("Hi", [named]), inferwire.ToolRun)
    assert_type(client.upload_file("a.jsonl", "batch"), v1.File)
    assert_type(client.download_file("a").read(), bytes)
    assert_type(inferwire.usd_of(v1.Cost()), Decimal | None)
    client.complete([{"role": "user", "content": "Hi"}], temprature=1)  # type: ignore[call-overload]
    client.complete(42)  # type: ignore[call-overload]
    inferwire.Client("h", no_such_option=1)  # type: ignore[call-arg]


class City:
    name: str


def named(city: str) -> str:
    return city


def failed(error: inferwire.InferwireError) -> None:
    assert_type(error.reason, str)
    assert_type(error.retryable, bool)
    assert_type(error.retry_after, float | None)
    assert_type(error.fields, list[inferwire.FieldViolation])


async def asynchronous(client: inferwire.aio.Client) -> None:
    assert_type(await client.complete("Hi"), str)
    assert_type(await client.complete(v1.CompleteRequest()), v1.CompleteResponse)
    assert_type(await client.embed(["Hi"]), list[list[float]])
    assert_type(await client.complete([{"role": "user", "content": "Hi"}]), inferwire.Answer)
    assert_type(await client.parse("Hi", City), City)
    assert_type(await client.run_tools("Hi", [named]), inferwire.ToolRun)
    assert_type(await client.download_file("a").read(), bytes)
    async for event in client.stream("Hi"):
        assert_type(event.text, str)
    async for result in client.complete_many(["Hi"]):
        assert_type(result.text, str)
