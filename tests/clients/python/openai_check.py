"""OpenAI's SDK over the gateway, against a gateway that answers, fails, breaks off and waits as it is told: what
the SDK makes of it is what it would make of HTTP."""
import asyncio
import concurrent.futures
import contextlib
import json
import threading

import grpc
import inferwire
import openai
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from inferwire import v1
from inferwire.v1 import raw_service_pb2_grpc

HELLO = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}]}
QUESTION = {"model": "m", "messages": [{"role": "user", "content": "Hi ☃"}]}


def chunk(text: str) -> v1.StreamInvokeResponse:
    data = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": {"content": text}}]}
    return v1.StreamInvokeResponse(event=v1.ServerSentEvent(data=json.dumps(data).encode()))


END = v1.StreamInvokeResponse(event=v1.ServerSentEvent(data=json.dumps({
    "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
    "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}).encode()))
DONE = v1.StreamInvokeResponse(event=v1.ServerSentEvent(data=b"[DONE]"))
COMPLETED = v1.StreamInvokeResponse(completed=v1.RawCompleted())


def failure(code: grpc.StatusCode, reason: str, retry_after: float | None = None) -> status_pb2.Status:
    details = [error_details_pb2.ErrorInfo(reason=reason, domain="inferwire", metadata={"request_id": "ours"})]
    if retry_after is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=int(retry_after * 1e9))))
    packed = []
    for detail in details:
        packed.append(any_pb2.Any())
        packed[-1].Pack(detail)
    return status_pb2.Status(code=code.value[0], message="no", details=packed)


def fail(context, status: status_pb2.Status) -> None:
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(next(code for code in grpc.StatusCode if code.value[0] == status.code), status.message)


class Raw(raw_service_pb2_grpc.RawServiceServicer):
    """`wanted` says what comes: an answer, messages, or a failure among them; "wait" waits for the caller's end."""

    def __init__(self) -> None:
        self.calls: list[v1.HttpCall] = []
        self.options: list[v1.CallOptions] = []
        self.left: list[float] = []
        self.wanted: list[object] = []
        self.ended = threading.Event()

    def _seen(self, request, context) -> None:
        self.calls.append(request.call)
        self.options.append(request.options)
        self.left.append(context.time_remaining())

    def _wait(self, context) -> None:
        gone = threading.Event()
        if not context.add_callback(gone.set):
            gone.set()
        gone.wait(20)
        self.ended.set()

    def Invoke(self, request, context):
        self._seen(request, context)
        answer = self.wanted.pop(0)
        if answer == "wait":
            self.ended.clear()
            self._wait(context)
            return v1.InvokeResponse()
        if isinstance(answer, status_pb2.Status):
            fail(context, answer)
        return answer

    def StreamInvoke(self, request, context):
        self._seen(request, context)
        wanted = self.wanted.pop(0)
        if "wait" in wanted:
            # A call that is cancelled while a message goes out is not asked for the next one.
            self.ended.clear()
            context.add_callback(self.ended.set)
        for message in wanted:
            if message == "wait":
                self._wait(context)
            elif isinstance(message, status_pb2.Status):
                fail(context, message)
            else:
                yield message


def answer(body: object, status: int = 200, **headers: str) -> v1.InvokeResponse:
    given = [v1.HttpHeader(name=name.replace("_", "-"), value=value) for name, value in headers.items()]
    return v1.InvokeResponse(http_status=status, content_type="application/json", body=json.dumps(body).encode(),
                             headers=given, gateway=v1.GatewayInfo(request_id="ours", cost=v1.Cost(total_picousd=7)))


def started(content_type: str = "text/event-stream") -> v1.StreamInvokeResponse:
    return v1.StreamInvokeResponse(started=v1.RawStarted(http_status=200, content_type=content_type))


@contextlib.contextmanager
def raises(kind: type[Exception], *parts: str):
    try:
        yield
    except kind as error:
        late = isinstance(error, openai.APITimeoutError)
        assert late == (kind is openai.APITimeoutError) and all(part in str(error) for part in parts), repr(error)
    else:
        raise AssertionError(f"no {kind.__name__}")


def check_calls(client: openai.OpenAI, raw: Raw) -> None:
    raw.wanted = [answer(HELLO, x_request_id="theirs", x_words="ä ☃", content_length="1", content_encoding="gzip")]
    raised = client.chat.completions.with_raw_response.create(
        **QUESTION, extra_query={"a b": "ä&"}, extra_headers={"Idempotency-Key": "k", "X-Client-Request-Id": "id"})
    completion = raised.parse()
    assert completion.choices[0].message.content == "Hello" and completion._request_id == "theirs"
    assert raised.headers["x-words"] == "ä ☃"
    assert raised.headers["x-inferwire-request-id"] == "ours" and raised.headers["x-inferwire-cost-picousd"] == "7"
    call, options = raw.calls[-1], raw.options[-1]
    assert (call.method, call.path, call.content_type) == ("POST", "/chat/completions", "application/json")
    assert [(each.name, each.value) for each in call.query] == [("a b", "ä&")] and json.loads(call.body) == QUESTION
    assert (options.idempotency_key, options.client_request_id) == ("k", "id")
    # Wherever the SDK believes to be.
    raw.wanted = [answer(HELLO), answer({"object": "list", "data": []})]
    client.with_options(base_url="http://elsewhere.example/openai/v1").chat.completions.create(**QUESTION)
    client.with_options(base_url="http://elsewhere.example").models.list()
    assert [call.path for call in raw.calls[-2:]] == ["/chat/completions", "/models"]
    assert raw.calls[-1].method == "GET" and not raw.calls[-1].content_type
    raw.wanted = [answer({"id": "f", "object": "file", "bytes": 3, "created_at": 1, "filename": "a", "purpose": "batch",
                          "status": "processed"}), [started("application/octet-stream"), v1.StreamInvokeResponse(
                              body_part=b"\x00\xff"), v1.StreamInvokeResponse(body_part=b"end"), COMPLETED]]
    client.files.create(file=("a", b"\x00\xff\n"), purpose="batch")
    assert raw.calls[-1].content_type.startswith("multipart/form-data; boundary=") and b"\x00\xff\n" in raw.calls[-1].body
    assert client.files.content("f").content == b"\x00\xffend"


def check_streams(client: openai.OpenAI, raw: Raw) -> None:
    raw.wanted = [[started(), chunk("one "), chunk("two\n"), END, DONE, COMPLETED]]
    stream = client.chat.completions.create(**QUESTION, stream=True)
    assert "".join(each.choices[0].delta.content or "" for each in stream) == "one two\n"
    raw.wanted = [[started(), chunk("one"), END, COMPLETED]]  # of a server without [DONE]
    assert len(list(client.chat.completions.create(**QUESTION, stream=True))) == 2
    # As it is made: the second piece is not there yet.
    raw.wanted = [[started(), chunk("one "), "wait"]]
    with client.chat.completions.create(**QUESTION, stream=True) as stream:
        assert next(stream).choices[0].delta.content == "one "
    assert raw.ended.wait(10), "closing the stream did not end the call"
    # A cut one is never a success, even if the upstream had said that it was done.
    lost = failure(grpc.StatusCode.UNAVAILABLE, "UPSTREAM_CONNECTION_LOST")
    for ending in ([lost], [END, lost], [END, DONE, lost], [], [COMPLETED], [DONE, COMPLETED]):
        raw.wanted = [[started(), chunk("one "), *ending]]
        with raises(openai.APIConnectionError):
            list(client.chat.completions.create(**QUESTION, stream=True))
    raw.wanted = [[started(), chunk("one "), failure(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE")]]
    with raises(openai.APITimeoutError):
        list(client.chat.completions.create(**QUESTION, stream=True))
    created = v1.ServerSentEvent(event="response.created", data=b'{"type":"response.created","sequence_number":0}')
    raw.wanted = [[started(), v1.StreamInvokeResponse(event=created), COMPLETED]]
    with raises(openai.APIConnectionError):
        list(client.responses.create(model="m", input="Hi", stream=True))
    # Lines of one event, and a form that asks for a stream.
    event = v1.ServerSentEvent(event="transcript.text.done", data=b'{"type":"transcript.text.done",\n"text":"Hi"}')
    raw.wanted = [[started(), v1.StreamInvokeResponse(event=event), COMPLETED]]
    stream = client.audio.transcriptions.create(model="m", file=("a.wav", b"RIFF"), stream=True)
    assert [each.text for each in stream] == ["Hi"]


def check_errors(client: openai.OpenAI, raw: Raw) -> None:
    body = {"error": {"message": "slow down", "code": "rate", "type": "t", "param": None}}
    raw.wanted = [answer(body, 429, retry_after="0.01"), answer(HELLO)]
    assert client.with_options(max_retries=1).chat.completions.create(**QUESTION).choices[0].message.content == "Hello"
    expected = [(answer(body, 404), openai.NotFoundError), (answer(body, 429), openai.RateLimitError),
                (answer(body, 500), openai.InternalServerError)]
    ours = [("INVALID_ARGUMENT", openai.BadRequestError), ("UNAUTHENTICATED", openai.AuthenticationError),
            ("PERMISSION_DENIED", openai.PermissionDeniedError), ("NOT_FOUND", openai.NotFoundError),
            ("ABORTED", openai.ConflictError), ("RESOURCE_EXHAUSTED", openai.RateLimitError),
            ("UNAVAILABLE", openai.InternalServerError), ("INTERNAL", openai.InternalServerError)]
    expected += [(failure(grpc.StatusCode[code], "OUR_REASON"), kind) for code, kind in ours]
    for wanted, kind in expected:
        raw.wanted = [wanted]
        with raises(kind):
            client.chat.completions.create(**QUESTION)
        raw.wanted = [[wanted]] if isinstance(wanted, status_pb2.Status) else []
        if raw.wanted:
            with raises(kind, "OUR_REASON"):
                client.chat.completions.create(**QUESTION, stream=True)
    # Whether the SDK sends it again is up to us: what may have been billed is not.
    for code, again in ((failure(grpc.StatusCode.UNAVAILABLE, "R", 0.01), 2), (failure(grpc.StatusCode.UNAVAILABLE, "R"), 1)):
        raw.wanted, before = [code, code], len(raw.calls)
        try:
            client.with_options(max_retries=1).chat.completions.create(**QUESTION)
        except openai.InternalServerError as error:
            assert (error.code, error.request_id, len(raw.calls) - before) == ("R", "ours", again), error
        else:
            raise AssertionError("no error")


def check_time(client: openai.OpenAI, raw: Raw) -> None:
    raw.wanted = ["wait"]
    with raises(openai.APITimeoutError):
        client.with_options(timeout=2).chat.completions.create(**QUESTION)
    assert raw.left[-1] < 3 and raw.ended.wait(10)
    raw.wanted = [[started(), chunk("one "), "wait"]]
    with raises(openai.APITimeoutError):
        list(client.with_options(timeout=2).chat.completions.create(**QUESTION, stream=True))
    assert raw.ended.wait(10)


def check_no_gateway() -> None:
    with openai.OpenAI(http_client=inferwire.openai_transport("127.0.0.1:1"), api_key="not used", max_retries=0) as client:
        with raises(openai.APIConnectionError):
            client.chat.completions.create(**QUESTION)
    with contextlib.suppress(inferwire.InferwireError):
        inferwire.openai_transport("")
        raise AssertionError("an empty target")
    with contextlib.suppress(inferwire.InferwireError):
        inferwire.aio.openai_transport("")
        raise AssertionError("an empty target")


async def check_asyncio(client: openai.AsyncOpenAI, raw: Raw) -> None:
    raw.wanted = [answer(HELLO), [started(), chunk("one "), chunk("two"), END, DONE, COMPLETED]]
    assert (await client.chat.completions.create(**QUESTION)).choices[0].message.content == "Hello"
    stream = await client.chat.completions.create(**QUESTION, stream=True)
    assert "".join([each.choices[0].delta.content or "" async for each in stream]) == "one two"
    raw.wanted = [[started(), chunk("one "), "wait"]]
    async with await client.chat.completions.create(**QUESTION, stream=True) as stream:
        assert (await anext(stream)).choices[0].delta.content == "one "
    assert await asyncio.to_thread(raw.ended.wait, 10), "closing the stream did not end the call"
    for ending in ([failure(grpc.StatusCode.UNAVAILABLE, "UPSTREAM_CONNECTION_LOST")], [], [DONE, COMPLETED]):
        raw.wanted = [[started(), chunk("one "), *ending]]
        with raises(openai.APIConnectionError):
            [each async for each in await client.chat.completions.create(**QUESTION, stream=True)]
    raw.wanted = [failure(grpc.StatusCode.RESOURCE_EXHAUSTED, "TENANT_RATE_LIMITED")]
    with raises(openai.RateLimitError, "TENANT_RATE_LIMITED"):
        await client.chat.completions.create(**QUESTION)
    raw.wanted, before = ["wait"], len(raw.calls)
    task = asyncio.create_task(client.chat.completions.create(**QUESTION))
    while len(raw.calls) == before:
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert task.cancelled() and await asyncio.to_thread(raw.ended.wait, 10)
    raw.wanted = ["wait"]
    with raises(openai.APITimeoutError):
        await client.with_options(timeout=2).chat.completions.create(**QUESTION)


def main() -> None:
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    raw = Raw()
    raw_service_pb2_grpc.add_RawServiceServicer_to_server(raw, server)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with openai.OpenAI(http_client=inferwire.openai_transport(target), api_key="not used", max_retries=0) as client:
        check_calls(client, raw)
        check_streams(client, raw)
        check_errors(client, raw)
        check_time(client, raw)
    check_no_gateway()
    shared = openai.AsyncOpenAI(http_client=inferwire.aio.openai_transport(target), api_key="not used", max_retries=0)
    asyncio.run(check_asyncio(shared, raw))
    asyncio.run(check_asyncio(shared, raw))  # in another loop
    with inferwire.Client(target) as ours:
        raw.wanted = [answer(HELLO)] * 2
        with openai.OpenAI(http_client=inferwire.openai_transport(ours), api_key="not used") as client:
            client.chat.completions.create(**QUESTION)
        ours.invoke(v1.HttpCall(method="GET", path="/models"))  # it is still open
    server.stop(0)
    print("ok with openai", openai.__version__)


main()
