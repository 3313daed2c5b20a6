"""Chats of plain values, typed answers, runs of functions and files, against a gateway that says what it was told
to say."""
import asyncio
import concurrent.futures
import contextlib
import copy
import dataclasses
import json
import os
import pathlib
import pickle
import tempfile
import threading
import typing
from decimal import Decimal

import grpc
import inferwire
import pydantic
import typing_extensions
from inferwire import v1
from inferwire.v1 import chat_service_pb2_grpc, files_service_pb2_grpc


class Chats(chat_service_pb2_grpc.ChatServiceServicer):
    """Gives the answers that it was told, one after the other, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[v1.ChatCompletionParams] = []
        self.answers: list[v1.ChatMessage] = []
        self.finish = v1.FINISH_REASON_STOP
        self.priced = True

    def next(self, *messages: v1.ChatMessage, finish: int = v1.FINISH_REASON_STOP, priced: bool = True) -> None:
        self.requests.clear()
        self.answers, self.finish, self.priced = list(messages), finish, priced

    def gateway(self) -> v1.GatewayInfo:
        cost = v1.Cost(total_picousd=1_234_567) if self.priced else v1.Cost(unpriced_reason="MODEL_NOT_PRICED")
        return v1.GatewayInfo(request_id="req-1", cost=cost)

    def Complete(self, request, context):
        self.requests.append(request.params)
        if not self.answers:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "nothing is left to say")
        choice = v1.Choice(message=self.answers.pop(0), finish_reason=self.finish)
        return v1.CompleteResponse(gateway=self.gateway(), completion=v1.ChatCompletion(
            choices=[choice], usage=v1.Usage(input_tokens=3, total_tokens=5)))

    def StreamComplete(self, request, context):
        self.requests.append(request.params)
        for word in ("one ", "two"):
            delta = v1.Delta(content=word)
            yield v1.StreamCompleteResponse(chunk=v1.ChatCompletionChunk(choices=[v1.ChunkChoice(delta=delta)]))
        yield v1.StreamCompleteResponse(completed=v1.StreamCompleted(
            usage=v1.Usage(total_tokens=5), gateway=self.gateway()))


class Files(files_service_pb2_grpc.FilesServiceServicer):
    """Breaks the first download after its first piece."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.offsets: list[int] = []

    def UploadFile(self, request_iterator, context):
        header = next(request_iterator).header
        data, ended = b"", False
        for message in request_iterator:
            data, ended = data + message.data, message.HasField("end")
        if not ended or header.HasField("size_bytes") and header.size_bytes != len(data):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "cut")
        self.kept[header.filename] = data
        return v1.UploadFileResponse(file=v1.File(file_id=header.filename, purpose=header.purpose, size_bytes=len(data)))

    def DownloadFile(self, request, context):
        if request.file_id not in self.kept:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such file")
        data = self.kept[request.file_id]
        self.offsets.append(request.offset)
        yield v1.DownloadFileResponse(started=v1.DownloadFileStarted(size_bytes=len(data), filename="x"))
        yield v1.DownloadFileResponse(data=data[request.offset:request.offset + 3])
        if len(self.offsets) == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
        yield v1.DownloadFileResponse(data=data[request.offset + 3:])
        yield v1.DownloadFileResponse(completed=v1.DownloadFileCompleted(size_bytes=len(data)))

    def ListFiles(self, request, context):
        page = int(request.page_token or 0)
        return v1.ListFilesResponse(files=[v1.File(file_id=f"file-{page}")], next_page_token=str(page + 1) if page < 2 else "")

    def DeleteFile(self, request, context):
        self.kept.pop(request.file_id)
        return v1.DeleteFileResponse()


def says(text: str) -> v1.ChatMessage:
    return v1.ChatMessage(role=v1.ROLE_ASSISTANT, content=text)


def calls(*wanted: tuple[str, str]) -> v1.ChatMessage:
    return v1.ChatMessage(role=v1.ROLE_ASSISTANT, tool_calls=[
        v1.ToolCall(id=f"call-{i}", function=v1.FunctionCall(name=name, arguments=arguments))
        for i, (name, arguments) in enumerate(wanted)])


@contextlib.contextmanager
def raises(kind: type[BaseException], *parts: str):
    try:
        yield
    except kind as error:
        assert all(part in str(error) for part in parts), error
    else:
        raise AssertionError(f"no {kind.__name__}")


def check_messages(client: inferwire.Client, chats: Chats) -> None:
    chats.next(says("Hello"))
    answer = client.complete(
        [{"role": "user", "content": ["Hi ☃", {"type": "text", "text": "!"}, inferwire.image(b"\xff\xd8jpeg")]},
         {"role": "critic", "content": "x", "mood": {"a": 1}}, says("before")],
        system="Be brief.", temperature=0, stop="end", tool_choice="auto", seed=7, extra={"new_thing": [1], "user": "u"},
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}])
    assert isinstance(answer, inferwire.Answer) and answer.text == str(answer) == "Hello"
    assert (answer.finish_reason, answer.request_id, answer.cost) == ("stop", "req-1", Decimal("0.000001234567"))
    (sent,) = chats.requests
    assert sent.messages[0] == v1.ChatMessage(role=v1.ROLE_SYSTEM, content="Be brief.")
    assert [part.WhichOneof("part") for part in sent.messages[1].content_parts] == ["text", "text", "image_url"]
    assert sent.messages[1].content_parts[2].image_url.mime_type == "image/jpeg"
    assert sent.messages[2].role == v1.ROLE_OTHER and dict(sent.messages[2].extra) == {"role": '"critic"', "mood": '{"a":1}'}
    assert sent.messages[3] == says("before")
    assert sent.HasField("temperature") and sent.temperature == 0 and list(sent.stop) == ["end"] and sent.user == "u"
    assert sent.tool_choice.mode == v1.TOOL_CHOICE_MODE_AUTO and dict(sent.extra) == {"new_thing": "[1]"}
    assert json.loads(sent.tools[0].function.parameters_json) == {"type": "object"}

    chats.next(v1.ChatMessage(content_parts=[v1.ContentPart(text="a"), v1.ContentPart(text="b")]), priced=False)
    answer = client.complete([{"role": "user", "content": "Hi"}])
    assert (answer.text, answer.cost) == ("ab", None)
    assert pickle.loads(pickle.dumps(answer)) == answer

    with raises(TypeError, "messages[0]"):
        client.complete(["Hi"])
    with raises(TypeError, "messages[0].content", "JSON"):
        client.complete([{"role": "user", "content": {1, 2}}])
    with raises(TypeError, "temprature"):
        client.complete([{"role": "user", "content": "Hi"}], temprature=1)
    with raises(TypeError, "must be a list"):
        client.complete({"role": "user", "content": "Hi"})
    with raises(TypeError, "tools"):
        client.complete("Hi", tools=[get_weather])
    with raises(TypeError, "typed request"):
        client.complete(inferwire.ask("Hi"), temperature=1)

    chats.next()
    stream = client.stream([{"role": "user", "content": "Hi"}], system="Be brief.", model="other")
    assert stream.usage is None and stream.cost is None
    assert "".join(event.text for event in stream) == stream.text == "one two"
    assert stream.usage.total_tokens == 5 and stream.cost == Decimal("0.000001234567")
    assert chats.requests[-1].model == "other" and len(chats.requests[-1].messages) == 2


class City(pydantic.BaseModel):
    name: str
    population: int | None = None


class Tree(pydantic.BaseModel):
    name: str
    children: list["Tree"]


@dataclasses.dataclass
class Point:
    x: float
    y: float


class Pair(typing_extensions.TypedDict):
    first: str
    second: typing.Literal["a", "b"]


def check_types(client: inferwire.Client, chats: Chats) -> None:
    good = [(City, '{"name":"Rome","population":null}', City(name="Rome")), (Point, '{"x":1,"y":2}', Point(1, 2)),
            (Pair, '{"first":"x","second":"a"}', {"first": "x", "second": "a"}), (list[int], '{"value":[1,2]}', [1, 2]),
            (Tree, '{"name":"a","children":[{"name":"b","children":[]}]}',
             Tree(name="a", children=[Tree(name="b", children=[])]))]
    for kind, text, value in good:
        chats.next(says(text))
        assert client.parse("Which?", kind, temperature=0) == value, kind
        form = chats.requests[0].response_format.json_schema
        schema = json.loads(form.schema_json)
        assert form.strict and schema["type"] == "object" and schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"]) and "default" not in form.schema_json
    chats.next(says('{"name":"Secret town","population":"many"}'))
    with raises(inferwire.MismatchError, "MISMATCH", "population", "integer"):
        client.parse("Which?", City)
    chats.next(says("no JSON at all"))
    try:
        client.parse("Which?", City)
    except inferwire.AnswerError as error:
        assert "no JSON at all" not in str(error)  # prompts and answers stay out of logs
        assert (error.answer.text, error.answer.cost) == ("no JSON at all", Decimal("0.000001234567"))
        assert error.may_be_billed and not error.retryable and error.request_id == "req-1"
        for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
            assert type(other) is type(error) and other.answer == error.answer and str(other) == str(error)
    for value in ("", "null", "[]", '{"value":1}'):
        chats.next(says(value))
        with raises(inferwire.MismatchError):
            client.parse("Which?", list[int])
    chats.next(v1.ChatMessage(refusal="I will not"))
    with raises(inferwire.RefusalError, "REFUSED"):
        client.parse("Which?", City)
    chats.next(says("{}"), finish=v1.FINISH_REASON_CONTENT_FILTER)
    with raises(inferwire.RefusalError):
        client.parse("Which?", City)
    chats.next(says('{"name":"Ro'), finish=v1.FINISH_REASON_LENGTH)
    with raises(inferwire.CutOffError, "CUT_OFF"):
        client.parse("Which?", City)
    for kind in (dict[str, int], list[typing.Any]):  # before anything is sent
        with raises(TypeError, "cannot be promised"):
            client.parse("Which?", kind)


def get_weather(city: str, days: int = 1) -> dict[str, typing.Any]:
    """The weather in a city.

    Args:
        city: its name,
            as people say it
        days: how far ahead
    """
    if city == "Atlantis":
        raise LookupError("no such city")
    return {"city": city, "days": days}


def check_functions(client: inferwire.Client, chats: Chats) -> None:
    chats.next(calls(("get_weather", '{"city":"Paris"}'), ("get_weather", '{"city":"Atlantis"}'), ("nothing", "{}"),
                     ("get_weather", '{"town":1}'), ("get_weather", "{broken")), calls(("get_weather", '{"city":"Rome","days":2}')),
               says("Sunny"))
    run = client.run_tools("What is it like?", [get_weather], system="Be brief.")
    assert (run.text, run.rounds, run.usage.total_tokens, run.cost) == ("Sunny", 3, 15, Decimal("0.000003703701"))
    told = [json.loads(message.content) for message in run.messages if message.role == v1.ROLE_TOOL]
    assert told[0] == {"city": "Paris", "days": 1} and told[5] == {"city": "Rome", "days": 2}
    assert told[1] == {"error": "LookupError: no such city"} and "'nothing'" in told[2]["error"]
    assert "city" in told[3]["error"] and "JSON" in told[4]["error"]
    assert [message.tool_call_id for message in run.messages if message.tool_call_id] == [*(f"call-{i}" for i in range(5)), "call-0"]
    function = chats.requests[0].tools[0].function
    parameters = json.loads(function.parameters_json)
    assert function.description == "The weather in a city." and parameters["required"] == ["city"]
    assert parameters["properties"]["city"] == {"type": "string", "description": "its name, as people say it"}
    assert parameters["properties"]["days"]["default"] == 1

    chats.next(*[calls(("get_weather", '{"city":"Paris"}'))] * 3)
    try:
        client.run_tools("What is it like?", [get_weather], max_rounds=2)
    except inferwire.RoundsError as error:
        assert error.reason == "TOO_MANY_ROUNDS" and error.answer.rounds == 2 and error.answer.usage.total_tokens == 10
    else:
        raise AssertionError("no bound")
    chats.next(calls(("get_weather", '{"city":"Paris"}')))
    try:
        client.run_tools("What is it like?", [get_weather])
    except inferwire.InferwireError as error:
        assert error.code == grpc.StatusCode.INVALID_ARGUMENT and error.run.rounds == 1 and len(error.run.messages) == 3
    else:
        raise AssertionError("no error")

    both = threading.Barrier(2)

    def meet(name: str) -> str:
        both.wait(10)  # passes only if two run at the same time
        return name

    chats.next(calls(("meet", '{"name":"a"}'), ("meet", '{"name":"b"}')), says("done"))
    run = client.run_tools("Meet.", [meet])
    assert [message.content for message in run.messages if message.role == v1.ROLE_TOOL] == ["a", "b"]

    async def later(city: str) -> str:
        return city

    for wrong in ([later], [get_weather, get_weather], [lambda: 1], [lambda *a: 1]):
        with raises(TypeError):
            client.run_tools("Hi", wrong)
    with raises(ValueError, "max_rounds"):
        client.run_tools("Hi", [], max_rounds=0)


def check_files(client: inferwire.Client, files: Files, folder: pathlib.Path) -> None:
    path = folder / "questions.jsonl"
    path.write_bytes(b"0123456789" * 60_000)
    sent: list[int] = []
    file = client.upload_file(path, "batch", on_progress=sent.append)
    assert (file.file_id, file.purpose, file.size_bytes, sent[-1]) == ("questions.jsonl", "batch", 600_000, 600_000)
    received: list[int] = []
    download = client.download_file("questions.jsonl", on_progress=received.append)
    assert download.save(folder / "copy") == 600_000 and (folder / "copy").read_bytes() == path.read_bytes()
    assert files.offsets == [0, 3] and received[-1] == download.size == 600_000 and download.filename == "x"
    with path.open("rb") as stream:
        assert client.upload_file(stream).file_id == "questions.jsonl"
    assert client.upload_file(b"", filename="empty").size_bytes == 0
    assert client.download_file("empty").read() == b""
    with raises(inferwire.InferwireError, "NOT_FOUND"):
        client.download_file("nothing").save(folder / "nothing")
    assert not list(folder.glob("nothing*"))
    with raises(FileNotFoundError):
        client.upload_file(folder / "nothing")
    assert [file.file_id for file in client.list_files("batch")] == ["file-0", "file-1", "file-2"]
    client.delete_file("empty")
    assert "empty" not in files.kept


def check_environment(target: str, folder: pathlib.Path) -> None:
    os.environ.update(INFERWIRE_SERVER=target, INFERWIRE_MODEL="of-the-environment")
    try:
        with inferwire.Client() as client:
            assert client.target == f"dns:///{target}"
            client.stream("Hi").cancel()
        assert inferwire.Options(model="mine").model == "mine" and inferwire.Options().model == "of-the-environment"
        os.environ["INFERWIRE_CA"] = str(folder / "none.pem")
        with raises(inferwire.InferwireError, "INFERWIRE_CA"):
            inferwire.Client("gateway.example")
        inferwire.Client("http://gateway.example").close()
        inferwire.Client("unix:/run/inferwire.sock").close()
        inferwire.Client("gateway.example", tls=inferwire.Tls()).close()
    finally:
        for name in ("INFERWIRE_SERVER", "INFERWIRE_MODEL", "INFERWIRE_CA"):
            os.environ.pop(name, None)


def check_closed(target: str) -> None:
    client = inferwire.Client(target)
    client.close()
    for call in (lambda: client.parse("Hi", City), lambda: client.run_tools("Hi", []), lambda: client.upload_file(b""),
                 lambda: client.download_file("a").read(), lambda: list(client.list_files()),
                 lambda: client.transcribe(b""), lambda: client.edit_image(b"", "Hi")):
        with raises(inferwire.InferwireError, "CLIENT_CLOSED"):
            call()


class Counting(grpc.UnaryUnaryClientInterceptor):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def intercept_unary_unary(self, continuation, details, request):
        self.seen.append(details.method)
        return continuation(details, request)


def check_hooks(target: str, chats: Chats) -> None:
    counting = Counting()
    with inferwire.Client(target, interceptors=[counting], channel_arguments=[("grpc.enable_http_proxy", 0)]) as client:
        chats.next(says("Hello"))
        assert client.complete("Hi") == "Hello"
    assert counting.seen == ["/inferwire.v1.ChatService/Complete"]


async def check_asyncio(target: str, chats: Chats, files: Files, folder: pathlib.Path) -> None:
    async def get_time(city: str) -> str:
        await asyncio.sleep(0)
        return f"noon in {city}"

    async with inferwire.aio.Client(target) as client:
        chats.next(says("Hello"))
        assert (await client.complete([{"role": "user", "content": "Hi"}], system="Be brief.")).text == "Hello"
        stream = client.stream([{"role": "user", "content": "Hi"}])
        assert [event.text async for event in stream] and stream.text == "one two" and stream.usage.total_tokens == 5
        chats.next(says('{"name":"Rome","population":1}'))
        assert (await client.parse("Which?", City)).population == 1
        chats.next(calls(("get_time", '{"city":"Rome"}'), ("get_weather", '{"city":"Atlantis"}')), says("Noon"))
        run = await client.run_tools("When?", [get_time, get_weather])
        told = [message.content for message in run.messages if message.role == v1.ROLE_TOOL]
        assert run.text == "Noon" and told == ["noon in Rome", '{"error": "LookupError: no such city"}']
        file = await client.upload_file(b"0123456789", "batch", filename="ten")
        files.offsets.clear()
        assert await client.download_file(file.file_id).save(folder / "ten") == 10 and files.offsets == [0, 3]
        assert (folder / "ten").read_bytes() == b"0123456789" == await client.download_file("ten").read()
        assert [file.file_id async for file in client.list_files()] == ["file-0", "file-1", "file-2"]
        await client.delete_file("ten")


def main() -> None:
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    chats, files = Chats(), Files()
    chat_service_pb2_grpc.add_ChatServiceServicer_to_server(chats, server)
    files_service_pb2_grpc.add_FilesServiceServicer_to_server(files, server)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with tempfile.TemporaryDirectory() as name, inferwire.Client(target) as client:
        folder = pathlib.Path(name)
        check_messages(client, chats)
        check_types(client, chats)
        check_functions(client, chats)
        check_files(client, files, folder)
        check_environment(target, folder)
        check_hooks(target, chats)
        check_closed(target)
        asyncio.run(check_asyncio(target, chats, files, folder))
    server.stop(0)
    print("ok")


main()
