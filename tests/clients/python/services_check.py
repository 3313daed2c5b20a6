"""The helpers for the services beside chat, against a gateway that says what it was told to say:
plain values, and streams of responses that break and go on."""
import asyncio
import concurrent.futures
import hashlib
import io
import itertools
import pathlib
import tempfile
import threading

import grpc
import inferwire
from inferwire import v1
from inferwire.v1 import (audio_service_pb2_grpc, embeddings_service_pb2_grpc, images_service_pb2_grpc,
                          moderations_service_pb2_grpc, realtime_service_pb2_grpc, responses_service_pb2_grpc,
                          text_completions_service_pb2_grpc)

FIRST = [("response.created", ""), ("response.output_text.delta", "one "), ("response.output_text.delta", "two ")]
REST = [("response.output_text.delta", "three"), ("response.completed", "")]


def event(number: int) -> v1.StreamResponseResponse:
    kind, delta = (FIRST + REST)[number]
    message = v1.StreamResponseResponse()
    message.response_event.type, message.response_event.sequence_number = kind, number
    if delta:
        message.response_event.delta = delta
    else:
        message.response_event.response.id = "resp_1"
        message.response_event.response.output_text = "one two three" if number else ""
    return message


def started() -> v1.StreamResponseResponse:
    return v1.StreamResponseResponse(started=v1.UpstreamStarted(gateway=v1.GatewayInfo(upstream="first")))


class Responses(responses_service_pb2_grpc.ResponsesServiceServicer):
    """Breaks each new stream after its third event, and repeats one event when it goes on."""

    def __init__(self) -> None:
        self.requests: list[v1.StreamResponseRequest] = []

    def CreateResponse(self, request, context):
        return v1.CreateResponseResponse(response=v1.Response(output_text=f"{request.params.model}: {request.params.input}"))

    def GetResponse(self, request, context):
        if request.response_id != "resp_1":
            context.abort(grpc.StatusCode.NOT_FOUND, "no such response")
        return v1.GetResponseResponse(response=v1.Response(id="resp_1"))

    def ListInputItems(self, request, context):
        page = int(request.page_token or 0)
        return v1.ListInputItemsResponse(items=[v1.ResponseItem(id=f"item_{page}")],
                                         next_page_token=str(page + 1) if page < 2 else "")

    def StreamResponse(self, request, context):
        self.requests.append(request)
        yield started()
        if not request.HasField("resume"):
            yield from map(event, range(len(FIRST)))
            context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
        yield from map(event, range(request.resume.starting_after, len(FIRST + REST)))
        yield v1.StreamResponseResponse(completed=v1.ResponseStreamCompleted(response_id="resp_1"))


class Embeddings(embeddings_service_pb2_grpc.EmbeddingsServiceServicer):
    def Embed(self, request, context):
        made = [v1.Embedding(index=i, values=[float(len(text))]) for i, text in enumerate(request.params.input)]
        return v1.EmbedResponse(result=v1.EmbeddingResult(embeddings=reversed(made)))


class Moderations(moderations_service_pb2_grpc.ModerationsServiceServicer):
    def Moderate(self, request, context):
        results = [v1.ModerationResult(flagged="bad" in text) for text in request.params.input]
        return v1.ModerateResponse(moderation=v1.Moderation(results=results))


class Texts(text_completions_service_pb2_grpc.TextCompletionsServiceServicer):
    def CompleteText(self, request, context):
        choice = v1.TextChoice(text=request.params.prompt[0] + " on")
        return v1.CompleteTextResponse(completion=v1.TextCompletion(choices=[choice]))

    def StreamCompleteText(self, request, context):
        for word in ("goes ", "on"):
            yield v1.StreamCompleteTextResponse(chunk=v1.TextCompletion(choices=[v1.TextChoice(text=word)]))
        if request.params.prompt[0] != "cut":
            yield v1.StreamCompleteTextResponse(completed=v1.StreamCompleteTextCompleted())


class Images(images_service_pb2_grpc.ImagesServiceServicer):
    def GenerateImages(self, request, context):
        return v1.GenerateImagesResponse(result=v1.ImageResult(images=[v1.Image(data=b"PNG")]))

    def EditImages(self, request_iterator, context):
        header, files = form_of(request_iterator, context)
        said = [f"{header.params.prompt} {header.uploads}"]
        said += [f"{upload.filename} {upload.mime_type} {upload.mask} {data.decode()}" for upload, data in files]
        images = [v1.Image(revised_prompt=each) for each in said]
        return v1.EditImagesResponse(result=v1.ImageResult(images=images))


def form_of(messages, context):
    """The header, and what came of each file with its upload; of a form that is whole."""
    header, files, ended = None, [], False
    for message in messages:
        kind = message.WhichOneof("message")
        assert not ended and (header is None) == (kind == "header"), kind
        if kind == "header":
            header = message.header
            if not isinstance(message, v1.EditImagesRequest):
                files.append((header.file, b""))
        elif kind == "upload":
            files.append((message.upload, b""))
        elif kind == "data":
            assert 0 < len(message.data) <= 256 * 1024
            files[-1] = (files[-1][0], files[-1][1] + message.data)
        ended = kind == "end"
    if not ended:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "cut")
    return header, files


class Audio(audio_service_pb2_grpc.AudioServiceServicer):
    def Speak(self, request, context):
        yield v1.SpeakResponse(started=v1.SpeakStarted(content_type="audio/mpeg"))
        for piece in (b"so", b"und"):
            yield v1.SpeakResponse(audio=piece)
        if request.params.input != "cut":
            yield v1.SpeakResponse(completed=v1.SpeakCompleted(size_bytes=5))

    def Transcribe(self, request_iterator, context):
        first = next(request_iterator)
        if first.header.params.model == "refused":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "refused")
        header, ((file, data),) = form_of(itertools.chain([first], request_iterator), context)
        assert not file.HasField("size_bytes") or file.size_bytes == len(data)
        text = f"{header.params.model} {file.filename} {hashlib.sha256(data).hexdigest()}"
        answer = v1.TranscribeResponse(transcription=v1.Transcription(text=text))
        if header.params.response_format == "srt":
            answer.formatted = "1\n"
        return answer

    def TranslateAudio(self, request_iterator, context):
        header, ((file, data),) = form_of(request_iterator, context)
        text = f"{header.params.model} {file.filename} {len(data)}"
        return v1.TranslateAudioResponse(transcription=v1.Transcription(text=text))


class Sessions(realtime_service_pb2_grpc.RealtimeServiceServicer):
    """Reads no more than the start, and refuses the session once it is told to."""

    def __init__(self) -> None:
        self.refuse = threading.Event()

    def Connect(self, request_iterator, context):
        next(request_iterator)
        self.refuse.wait(20)
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no more sessions")
        yield  # it is a stream


def raised(call, *arguments, **more) -> Exception:
    try:
        result = call(*arguments, **more)
        if hasattr(result, "__iter__"):
            list(result)
    except (inferwire.InferwireError, TypeError) as error:
        return error
    raise AssertionError(f"{call} did not fail")


def check_plain_values(client: inferwire.Client) -> None:
    assert client.respond("Hi", model="m") == "m: Hi"
    assert client.respond(v1.ResponseParams(model="m", input="Hi")).response.output_text == "m: Hi"
    assert client.embed("four") == [4.0]
    assert client.embed(["a", "bb", "ccc"]) == [[1.0], [2.0], [3.0]]
    assert client.moderate("bad").flagged
    assert [result.flagged for result in client.moderate(["good", "bad"])] == [False, True]
    assert client.complete_text("go") == "go on"
    assert "".join(event.text for event in client.stream_complete_text("it")) == "goes on"
    assert raised(client.stream_complete_text, "cut").reason == "STREAM_TRUNCATED"
    assert [image.data for image in client.generate_images("a dog")] == [b"PNG"]


LONG = bytes(range(256)) * 4000


def heard(model: str, name: str) -> str:
    return f"{model} {name} {hashlib.sha256(LONG).hexdigest()}"


class Broken(io.RawIOBase):
    name = "broken.wav"

    def read(self, size=-1):
        raise OSError("the disk is gone")


def check_media(client: inferwire.Client, folder: pathlib.Path) -> None:
    speech = client.speak("Hi")
    assert b"".join(speech) == b"sound" and speech.content_type == "audio/mpeg" and speech.completed.size_bytes == 5
    assert client.speak(v1.SpeechParams(model="m", input="Hi")).save(folder / "a.mp3") == 5
    assert (folder / "a.mp3").read_bytes() == b"sound"
    assert raised(client.speak("cut").save, folder / "cut.mp3").reason == "STREAM_TRUNCATED"
    assert sorted(path.name for path in folder.iterdir()) == ["a.mp3"], "nothing is left of what was cut"

    (folder / "talk.wav").write_bytes(LONG)
    sent: list[int] = []
    assert client.transcribe(folder / "talk.wav", model="m", on_progress=sent.append) == heard("m", "talk.wav")
    assert sent[-1] == len(LONG) and len(sent) == 4, sent
    assert client.transcribe(LONG, model="m", filename="b.mp3") == heard("m", "b.mp3")
    with (folder / "talk.wav").open("rb") as file:
        assert client.transcribe(file, model="m") == heard("m", "talk.wav")
        assert not file.closed
    assert client.transcribe(io.BytesIO(LONG), model="m") == heard("m", "audio")
    typed = client.transcribe(b"x", v1.TranscriptionParams(model="m", response_format="srt"), filename="c.wav")
    assert typed.formatted == "1\n" and typed.transcription.text
    assert client.translate(str(folder / "talk.wav")) == f"whisper-1 talk.wav {len(LONG)}"
    try:
        client.transcribe(Broken())
        raise AssertionError("it was read")
    except OSError as error:
        assert "gone" in str(error)

    (folder / "one.jpg").write_bytes(b"one")
    said = [image.revised_prompt for image in client.edit_image(folder / "one.jpg", "blue")]
    assert said == ["blue 0", "one.jpg image/jpeg False one"], said
    edited = client.edit_image([folder / "one.jpg", b"two"], v1.ImageEditParams(prompt="red"), mask=b"three")
    said = [image.revised_prompt for image in edited.result.images]
    assert said == ["red 2", "one.jpg image/jpeg False one", "image-2.png image/png False two",
                    "mask.png image/png True three"], said


def check_calls(client: inferwire.Client) -> None:
    assert client.call(v1.GetResponseRequest(response_id="resp_1")).response.id == "resp_1"
    assert raised(client.call, v1.GetResponseRequest()).code == grpc.StatusCode.NOT_FOUND
    pages = client.call_pages(v1.ListInputItemsRequest(response_id="resp_1"))
    assert [item.id for page in pages for item in page.items] == ["item_0", "item_1", "item_2"]
    assert "stream_call()" in str(raised(client.call, v1.StreamResponseRequest()))
    assert isinstance(raised(client.call, v1.Response()), TypeError)


def check_streams(client: inferwire.Client, seen: list[v1.StreamResponseRequest]) -> None:
    lasting = v1.StreamResponseRequest(params=v1.ResponseParams(background=True))
    lasting.options.idempotency_key = "key"
    stream = client.stream_response(lasting)
    kinds = [event.message.WhichOneof("event") for event in stream]
    assert kinds == ["started", *["response_event"] * 5, "completed"], kinds
    assert stream.text == "one two three" and stream.response.output_text == stream.text
    resume = seen[-1].resume
    assert (resume.response_id, resume.starting_after, resume.upstream) == ("resp_1", 2, "first")
    assert not seen[-1].options.idempotency_key and lasting.options.idempotency_key == "key"

    stream = client.stream_response("Hi")
    assert raised(iter, stream).code == grpc.StatusCode.UNAVAILABLE
    assert (stream.text, stream.last_sequence_number, stream.response) == ("one two ", 2, None)
    assert [event.text for event in stream.resume() if event.text] == ["three"]
    assert stream.text == "one two three"

    again = client.resume_response("resp_1", 3)
    assert [event.type for event in again if event.type] == ["response.completed"]
    with client.stream_response("Hi") as unread:
        assert raised(unread.resume).reason == "NOT_RESUMABLE"


def check_cancel(client: inferwire.Client) -> None:
    """It is noticed while the stream waits to go on, too."""
    stream = client.stream_response(v1.ResponseParams(background=True))
    events = iter(stream)
    for _ in range(4):
        next(events)
    threading.Timer(0.1, stream.cancel).start()
    assert raised(next, events).code == grpc.StatusCode.CANCELLED


# More than may wait for the network.
MANY, PIECE = 200, bytes(1 << 18)


def check_session(client: inferwire.Client, sessions: Sessions) -> None:
    sessions.refuse.clear()
    session, refused = client.realtime(), []

    def send() -> None:
        try:
            for number in range(MANY):
                if number == 60:
                    sessions.refuse.set()
                session.send(PIECE)
        except inferwire.InferwireError as error:
            refused.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    assert raised(list, session).code == grpc.StatusCode.RESOURCE_EXHAUSTED
    sender.join(10)
    assert not sender.is_alive() and refused[0].code == grpc.StatusCode.CANCELLED


async def check_asyncio_session(client: inferwire.aio.Client, sessions: Sessions) -> None:
    sessions.refuse.clear()
    session = client.realtime()

    async def send() -> None:
        for number in range(MANY):
            if number == 60:
                sessions.refuse.set()
            await session.send(PIECE)

    sender = asyncio.ensure_future(send())
    try:
        async for _ in session:
            pass
        raise AssertionError("it was not refused")
    except inferwire.InferwireError as error:
        assert error.code == grpc.StatusCode.RESOURCE_EXHAUSTED, error
    try:
        await asyncio.wait_for(sender, 10)
        raise AssertionError("everything was sent")
    except inferwire.InferwireError as error:
        assert error.code == grpc.StatusCode.CANCELLED


async def check_refused_upload(client: inferwire.aio.Client) -> None:
    """A message that meets the end of its call on its way does not hide why the call has ended."""
    header = v1.TranscribeHeader(params=v1.TranscriptionParams(model="refused"))

    async def requests():
        call._cython_call.set_internal_error("not sent")  # what gRPC does then
        yield v1.TranscribeRequest(header=header)

    stub = audio_service_pb2_grpc.AudioServiceStub(client._channel)
    call = client._start(stub.Transcribe, requests(), 5, ())
    try:
        await call
    except grpc.aio.AioRpcError as error:
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT and error.details() == "refused", error
    else:
        raise AssertionError("taken")
    for _ in range(20):
        try:
            await client.transcribe(bytes(1 << 22), model="refused")
        except inferwire.InferwireError as error:
            assert error.code is grpc.StatusCode.INVALID_ARGUMENT, error


async def check_asyncio(target: str, sessions: Sessions) -> None:
    async with inferwire.aio.Client(target) as client:
        assert await client.respond("Hi", model="m") == "m: Hi"
        assert await client.embed(["a", "bb"]) == [[1.0], [2.0]]
        assert (await client.moderate("bad")).flagged
        assert await client.complete_text("go") == "go on"
        assert "".join([event.text async for event in client.stream_complete_text("it")]) == "goes on"
        assert (await client.generate_images("a dog"))[0].data == b"PNG"
        speech = client.speak("Hi")
        assert b"".join([piece async for piece in speech]) == b"sound" and speech.completed.size_bytes == 5
        assert await client.transcribe(LONG, model="m", filename="b.mp3") == heard("m", "b.mp3")
        assert await client.translate(b"abc", filename="b.mp3") == "whisper-1 b.mp3 3"
        assert len(await client.edit_image(b"one", "blue")) == 2
        try:
            await client.transcribe(Broken())
            raise AssertionError("it was read")
        except OSError as error:
            assert "gone" in str(error)
        pages = client.call_pages(v1.ListInputItemsRequest(response_id="resp_1"))
        assert len([page async for page in pages]) == 3
        stream = client.stream_response(v1.ResponseParams(background=True))
        assert "".join([event.text async for event in stream]) == "one two three"
        stream = client.stream_response("Hi")
        try:
            async for _ in stream:
                pass
        except inferwire.InferwireError as error:
            assert error.code == grpc.StatusCode.UNAVAILABLE
        async for _ in stream.resume():
            pass
        assert stream.text == "one two three"
        await check_refused_upload(client)
        await check_asyncio_session(client, sessions)


def main() -> None:
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    responses = Responses()
    responses_service_pb2_grpc.add_ResponsesServiceServicer_to_server(responses, server)
    embeddings_service_pb2_grpc.add_EmbeddingsServiceServicer_to_server(Embeddings(), server)
    moderations_service_pb2_grpc.add_ModerationsServiceServicer_to_server(Moderations(), server)
    text_completions_service_pb2_grpc.add_TextCompletionsServiceServicer_to_server(Texts(), server)
    images_service_pb2_grpc.add_ImagesServiceServicer_to_server(Images(), server)
    audio_service_pb2_grpc.add_AudioServiceServicer_to_server(Audio(), server)
    sessions = Sessions()
    realtime_service_pb2_grpc.add_RealtimeServiceServicer_to_server(sessions, server)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    with inferwire.Client(target) as client:
        check_plain_values(client)
        with tempfile.TemporaryDirectory() as folder:
            check_media(client, pathlib.Path(folder))
        check_calls(client)
        check_streams(client, responses.requests)
        check_cancel(client)
        check_session(client, sessions)
    asyncio.run(check_asyncio(target, sessions))
    server.stop(0)
    print("ok")


main()
