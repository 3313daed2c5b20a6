"""Does with the Python client what the cases on standard input ask for, and reports what it saw:
one JSON object per line each way (tests/clients/README.md). With --asyncio: the other client. With
--opentelemetry: with OpenTelemetry's interceptors between client and gRPC."""
import asyncio
import contextlib
import hashlib
import json
import pickle
import struct
import sys
import time

import inferwire
from google.protobuf import json_format
from inferwire import v1
from uploads import ENDS, Upload

if "--opentelemetry" in sys.argv:
    from opentelemetry.instrumentation.grpc import GrpcAioInstrumentorClient, GrpcInstrumentorClient

    GrpcInstrumentorClient().instrument()
    GrpcAioInstrumentorClient().instrument()

MODEL = inferwire.DEFAULT_MODEL


clients = {}


def client_of(case, kind):
    """Clients live as long as the process: what a call leaves behind is not cleaned up by an end."""
    key = json.dumps(case["client"], sort_keys=True)
    if key not in clients:
        options = dict(case["client"])
        if "tls" in options:
            options["tls"] = inferwire.Tls.from_files(**options["tls"])
        clients[key] = kind(**options)
    return clients[key]


def parse(message, case, name):
    return json_format.ParseDict(case.get(name, {}), message())


def params_of(case) -> v1.ChatCompletionParams:
    params = parse(v1.ChatCompletionParams, case, "params")
    if "params_hex" in case:
        params.MergeFromString(bytes.fromhex(case["params_hex"]))
    if pad := case.get("pad_bytes"):
        params.messages[0].content += "x" * pad
    if size := case.get("image_bytes"):
        image = v1.ImageUrl(data=b"\x89PNG" * (size // 4), mime_type="image/png")
        params.messages[0].content_parts.append(v1.ContentPart(image_url=image))
    return params


def unary_request(case):
    return v1.CompleteRequest(params=params_of(case), options=parse(v1.CallOptions, case, "options"))


def stream_request(case):
    return v1.StreamCompleteRequest(
        params=params_of(case), options=parse(v1.CallOptions, case, "options"),
        stream=v1.StreamOptions(accumulate=case.get("accumulate", False)))


def call_options(case):
    options = {"metadata": list(case.get("metadata", {}).items())}
    if "timeout_ms" in case:
        options["timeout"] = case["timeout_ms"] / 1000
    return options


def answer_options(case):
    return {"idempotency_key": case.get("idempotency_key", ""), **call_options(case)}


def seen_limit(limit):
    return None if limit is None else {"name": limit.name, "scope": limit.scope, "amount": limit.amount,
                                       "needed": limit.needed, "resets_at": limit.resets_at}


def seen_text(text: str) -> dict:
    return {"text": text[:2000], "text_bytes": len(text.encode())}


def seen_gateway(gateway) -> dict:
    return {"request_id": gateway.request_id, "client_request_id": gateway.client_request_id,
            "upstream": gateway.upstream, "model": gateway.model, "attempts": gateway.attempts,
            "replayed": gateway.replayed,
            "warnings": {warning.reason: seen_warning(warning) for warning in gateway.warnings},
            "route": seen_route(gateway.route), "attempt_log": list(map(seen_attempt, gateway.attempt_log))}


def seen_warning(warning) -> dict:
    end = warning.model_end
    return {"model": end.model_id, "dated": bool(end.shutdown_date), "replacement": end.replacement_model_id,
            "says": warning.message}


def seen_route(route) -> dict:
    return {"route": route.route, "chosen_by": route.chosen_by, "group": route.group, "fallback": route.fallback}


def seen_attempt(attempt) -> dict:
    return {"upstream": attempt.upstream, "key": attempt.key, "http_status": attempt.http_status,
            "reason": attempt.reason, "may_be_billed": attempt.may_be_billed, "cause": attempt.cause}


def seen_usage(usage) -> dict:
    return {"input": usage.input_tokens, "output": usage.output_tokens,
            "total": usage.total_tokens}


def seen_completion(completion) -> dict:
    if not completion.choices:
        return {"choices": 0}
    choice = completion.choices[0]
    calls = [{"id": call.id, "name": call.function.name, "arguments": call.function.arguments}
             for call in choice.message.tool_calls]
    return {**seen_text(inferwire.text_of(completion)), "model": completion.model,
            "finish": v1.FinishReason.Name(choice.finish_reason),
            "role": v1.Role.Name(choice.message.role), "tool_calls": calls,
            "has_content": choice.message.HasField("content"), "choices": len(completion.choices),
            "usage": seen_usage(completion.usage)}


def seen_error(error: inferwire.InferwireError) -> dict:
    return {"code": error.code.name, "domain": error.domain, "reason": error.reason,
            "retryable": error.retryable, "may_be_billed": error.may_be_billed,
            "retry_after_ms": None if error.retry_after is None else round(error.retry_after * 1000),
            "request_id": error.request_id, "origin": error.origin,
            "fields": [field.field for field in error.fields],
            "quotas": [quota.subject for quota in error.quotas],
            "upstream": error.metadata.get("upstream", ""), "route": error.metadata.get("route", ""),
            "tried": error.metadata.get("tried", ""), "first_request_id": error.first_request_id,
            "limit": seen_limit(error.limit),
            "unfinished": error.unfinished, "line": str(error), "message": error.message}


def seen_answer(result: inferwire.BatchItemResult) -> dict:
    if result.completion is not None:
        return seen_completion(result.completion)
    answer = result.answer
    return {"kind": result.message.WhichOneof("outcome"), "text": result.text,
            "answer": answer if isinstance(answer, str) else json_format.MessageToDict(answer)}


class Deletion:
    """What each step of a batch's end says: an error, or None."""

    def __init__(self, case) -> None:
        self.items = [json_format.ParseDict(item, v1.BatchItem()) for item in case["items"]]
        self.seen = {}

    @contextlib.contextmanager
    def step(self, name):
        self.seen[name] = None
        try:
            yield
        except inferwire.InferwireError as error:
            self.seen[name] = seen_error(error)


def seen_own(call) -> dict | None:
    """An error that the client makes before anything is sent, else None."""
    try:
        call()
    except inferwire.InferwireError as error:
        return {"code": error.code.name, "domain": error.domain, "reason": error.reason,
                "retryable": error.retryable, "may_be_billed": error.may_be_billed,
                "origin": error.origin}
    return None


class Reading:
    """What a stream brings."""

    def __init__(self, case) -> None:
        self.case = case
        self.seen = {"events": {}, "left": False}
        self.text = []
        self.pieces = 0

    def on(self, event: inferwire.Event) -> bool:
        """True: leave the loop."""
        kind = event.message.WhichOneof("event")
        self.seen["events"][kind] = self.seen["events"].get(kind, 0) + 1
        self.text.append(event.text)
        for choice in event.message.chunk.choices:
            if choice.finish_reason:
                self.seen["finish"] = v1.FinishReason.Name(choice.finish_reason)
        if done := event.completed:
            self.seen["usage"] = seen_usage(done.usage)
            self.seen["gateway"] = seen_gateway(done.gateway)
            if done.HasField("completion"):
                self.seen["accumulated"] = seen_completion(done.completion)
        if event.text:
            self.pieces += 1
            if self.pieces == self.case.get("pause_after"):
                self.pause()
            if self.pieces == self.case.get("leave_after"):
                self.seen["left"] = True
        return self.seen["left"]

    def pause(self) -> None:
        print(json.dumps({"paused": self.case["name"]}), flush=True)
        sys.stdin.readline()

    def result(self) -> dict:
        return {**seen_text("".join(self.text)), **self.seen}


class ManyReading:
    def __init__(self, case) -> None:
        self.case = case
        self.seen = {"results": {}, "chunks": 0, "highest_in_flight": 0, "results_seen": 0}
        self.items = [json_format.ParseDict(item, v1.CompleteManyItem()) for item in case["items"]]
        self.arguments = {
            "max_in_flight": case.get("max_in_flight", 0),
            "stream_chunks": case.get("stream_chunks", False),
            "default_options": parse(v1.CallOptions, case, "options"),
            "on_progress": self.on_progress, "on_chunk": self.on_chunk, **call_options(case)}

    def on_progress(self, progress) -> None:
        self.seen["progress"] = {name: getattr(progress, name) for name in (
            "sent", "succeeded", "failed", "cancelled", "in_flight", "max_in_flight")}
        self.seen["highest_in_flight"] = max(self.seen["highest_in_flight"], progress.in_flight)

    def on_chunk(self, chunk) -> None:
        self.seen["chunks"] += 1

    def on(self, result: inferwire.ManyResult) -> bool:
        self.seen["results_seen"] += 1
        known = self.seen["results"].setdefault(result.item_id, [])
        known.append(seen_error(result.error) if result.error else seen_completion(result.completion))
        return self.seen["results_seen"] == self.case.get("leave_after")

    def result(self, summary) -> dict:
        if summary is not None:
            self.seen["summary"] = {"succeeded": summary.succeeded, "failed": summary.failed,
                                    "cancelled": summary.cancelled,
                                    "total_tokens": summary.usage.total_tokens}
        return self.seen


class BatchReading:
    def __init__(self, case) -> None:
        self.case = case
        self.seen = {"results": {}, "results_seen": 0}
        self.items = [json_format.ParseDict(item, v1.BatchItem()) for item in case["items"]]
        self.offset = 0

    def on_created(self, created) -> str:
        self.id = created.batch.batch_id
        self.seen |= {"total": created.batch.counts.total, "existed": created.existed}
        return self.id

    def on_change(self, batch) -> None:
        self.seen |= {"state": v1.Batch.State.Name(batch.state), "ended": inferwire.has_ended(batch)}

    def on_result(self, result: inferwire.BatchItemResult) -> bool:
        self.offset = result.message.next_offset
        self.seen["results_seen"] += 1
        self.seen["results"].setdefault(result.custom_id, []).append(
            seen_error(result.error) if result.error else seen_answer(result))
        return self.seen["results_seen"] == self.case.get("leave_after")

    def on_batch(self, batch) -> None:
        self.seen |= {"succeeded": batch.counts.succeeded, "failed": batch.counts.failed}

    def on_list(self, ids) -> None:
        self.seen["listed"] = self.id in ids

    def result(self) -> dict:
        return self.seen


def reencode(case) -> dict:
    message = v1.ChatCompletionParams.FromString(bytes.fromhex(case["hex"]))
    return {"hex": message.SerializeToString(deterministic=True).hex()}


def encode(case) -> dict:
    return {"hex": params_of(case).SerializeToString(deterministic=True).hex()}


def text_of(case) -> dict:
    return {"text": inferwire.text_of(parse(v1.ChatCompletion, case, "completion"))}


def cost_of(case) -> dict:
    return {"cost": inferwire.cost_of(parse(v1.Cost, case, "cost"))}


OFFLINE = {"encode": encode, "reencode": reencode, "text": text_of, "cost": cost_of}


def raw_call(case) -> v1.HttpCall:
    call = case["http"]
    return v1.HttpCall(method=call["method"], path=call["path"],
                       body=call.get("body", "").encode())


def seen_raw(response) -> dict:
    return {"http_status": response.http_status, "body": response.body.decode()[:2000]}


# What has a call of its own; every other RPC is called by its request.
HELPERS = {v1.CreateResponseRequest: "respond", v1.EmbedRequest: "embed", v1.ModerateRequest: "moderate",
           v1.CompleteTextRequest: "complete_text", v1.GenerateImagesRequest: "generate_images"}
STREAMS = {v1.StreamResponseRequest: "stream_response", v1.StreamCompleteTextRequest: "stream_complete_text",
           v1.StreamEmbedRequest: "stream_embed", v1.StreamGenerateImagesRequest: "stream_images"}


def rpc_request(case):
    return parse(getattr(v1, case["method"].rpartition("/")[2] + "Request"), case, "request")


class RpcReading:
    """What a streamed RPC brings, event by event or message by message."""

    def __init__(self) -> None:
        self.count, self.types, self.text, self.last = 0, {}, [], None
        self.bytes, self.digest, self.pictures = 0, hashlib.sha256(), []

    def take(self, data: bytes) -> None:
        self.bytes += len(data)
        self.digest.update(data)

    def on(self, event) -> None:
        if embedding := getattr(event, "embedding", None):
            self.take(struct.pack(f"<{len(embedding.values)}f", *embedding.values))
        if picture := getattr(event, "picture", None):
            self.take(picture.data)
            self.pictures.append(f"{picture.index} preview {picture.preview}" if picture.preview is not None
                                 else str(picture.index))
        message = getattr(event, "message", event)
        kind = message.WhichOneof(message.DESCRIPTOR.oneofs[0].name)
        self.count += 1
        self.types[kind] = self.types.get(kind, 0) + 1
        self.text.append(getattr(event, "text", ""))
        self.last = message

    def result(self) -> dict:
        return {"events": self.count, "types": self.types, "text": "".join(self.text),
                "bytes": self.bytes, "sha256": self.digest.hexdigest(), "pictures": self.pictures,
                "last": None if self.last is None else json_format.MessageToDict(self.last)}


class Talk:
    """The script of a session, and what comes of it."""

    def __init__(self, case) -> None:
        self.start = parse(v1.RealtimeStart, case, "request")
        self.turns = list(case["turns"])
        self.leave_after = case.get("leave_after", 0)
        self.seen = {"turns": 0, "events": 0, "text": "", "audio_bytes": 0, "completed": None}

    def next_turn(self) -> list:
        """What is sent; empty: the end."""
        if not self.turns:
            return []
        turn = self.turns.pop(0)
        if "say" in turn:
            return [turn["say"]]
        audio = [bytes(4800)] * (turn["audio_bytes"] // 4800)
        return [*audio, '{"type":"input_audio_buffer.commit"}', '{"type":"response.create"}']

    def on(self, event) -> bool:
        """True: the answer is over."""
        self.seen["events"] += 1
        self.seen["text"] += event.text
        self.seen["audio_bytes"] += len(event.audio)
        self.seen["turns"] += event.type == "response.done"
        return event.type == "response.done"

    @property
    def leaves(self) -> bool:
        return self.seen["events"] == self.leave_after

    def result(self, session, error=None) -> dict:
        if session.completed:
            self.seen["completed"] = json_format.MessageToDict(session.completed)
        return {**self.seen, **({"error": seen_error(error)} if error else {})}


class Blocking:
    kind = inferwire.Client

    def complete(self, client, case):
        response = client.complete(unary_request(case), **answer_options(case))
        return {**seen_completion(response.completion), "gateway": seen_gateway(response.gateway)}

    def complete_text(self, client, case):
        return seen_text(client.complete(case["prompt"], model=case.get("model", MODEL)))

    def stream(self, client, case):
        reading = Reading(case)
        try:
            for event in client.stream(stream_request(case), **answer_options(case)):
                if reading.on(event):
                    break
        except inferwire.InferwireError as error:
            return {**reading.result(), "error": seen_error(error)}
        return reading.result()

    def many(self, client, case):
        reading = ManyReading(case)
        many = client.complete_many(reading.items, **reading.arguments)
        try:
            for result in many:
                if reading.on(result):
                    break
                for item in case.get("cancel_after_first_result", []):
                    many.cancel_item(item)
        except inferwire.InferwireError as error:
            return {**reading.result(many.summary), "error": seen_error(error)}
        return reading.result(many.summary)

    def target(self, client, case):
        return {"target": client.target}

    def closed(self, _client, case):
        client = self.kind(**case["client"])
        client.close()
        client.close()  # no harm
        return {"complete": seen_own(lambda: client.complete("Hi")),
                "stream": seen_own(lambda: list(client.stream("Hi"))),
                "many": seen_own(lambda: list(client.complete_many(["Hi"]))),
                "models": seen_own(lambda: list(client.list_models())),
                "health": seen_own(client.health),
                "create_batch": seen_own(lambda: client.create_batch(["Hi"])),
                "batch_results": seen_own(lambda: list(client.batch_results("batch_1"))),
                "stream_invoke": seen_own(lambda: list(client.stream_invoke(v1.HttpCall())))}

    def health(self, client, case):
        return {"status": client.health(case.get("service", ""))}

    def invoke(self, client, case):
        return seen_raw(client.invoke(raw_call(case)))

    def rpc(self, client, case):
        request = rpc_request(case)
        call = getattr(client, HELPERS.get(type(request), "call"))
        return {"response": json_format.MessageToDict(call(request, **call_options(case)))}

    def rpc_stream(self, client, case):
        request, reading = rpc_request(case), RpcReading()
        call = getattr(client, STREAMS.get(type(request), "stream_call"))
        try:
            for event in call(request, **call_options(case)):
                reading.on(event)
        except inferwire.InferwireError as error:
            return {**reading.result(), "error": seen_error(error)}
        return reading.result()

    def rpc_upload(self, client, case):
        upload = Upload(case, call_options(case))
        try:
            return upload.result(upload.start(client))
        except ENDS as error:
            return upload.failed(error, seen_error)

    def session(self, client, case):
        talk = Talk(case)

        def send_turn() -> None:
            messages = talk.next_turn()
            for message in messages:
                session.say(message) if isinstance(message, str) and message[0] != "{" else session.send(message)
            if not messages:
                session.end()

        with client.realtime(talk.start, **call_options(case)) as session:
            try:
                send_turn()
                for event in session:
                    if talk.on(event):
                        send_turn()
                    if talk.leaves:
                        break
            except inferwire.InferwireError as error:
                return talk.result(session, error)
        return talk.result(session)

    def models(self, client, case):
        models = client.list_models(case.get("filter", ""), case.get("order_by", ""))
        return {"ids": [model.model_id for model in models]}

    def model(self, client, case):
        response = client.get_model(case["model_id"])
        return {"model_id": response.model.model_id, "snapshot_id": response.snapshot_id,
                "priced": response.model.priced}

    def compare(self, client, case):
        response = client.compare_models(case["model_ids"], parse(v1.Workload, case, "workload"))
        return {"ids": [model.model_id for model in response.models],
                "costs": [cost.monthly_microusd for cost in response.workload_costs]}

    def estimate(self, client, case):
        response = client.estimate(params_of(case), batch=case.get("batch", False))
        return {"input_tokens": response.input_tokens, "fits": response.fits_context_window,
                "problems": [problem.reason for problem in response.problems]}

    def batch(self, client, case):
        seen = BatchReading(case)
        created = client.create_batch(seen.items, parse(v1.BatchHeader, case, "header"))
        for batch in client.watch_batch(seen.on_created(created), timeout=50):
            seen.on_change(batch)
        for _ in range(2):  # the second loop goes on where the first one was left
            for result in client.batch_results(seen.id, offset=seen.offset, timeout=50):
                if seen.on_result(result):
                    break
        seen.on_batch(client.get_batch(seen.id))
        seen.on_list([batch.batch_id for batch in client.list_batches()])
        return seen.result()

    def delete_batch(self, client, case):
        deletion = Deletion(case)
        id = client.create_batch(deletion.items).batch.batch_id
        with deletion.step("running"):
            client.delete_batch(id)
        client.cancel_batch(id)
        for batch in client.watch_batch(id, timeout=50):
            deletion.seen["state"] = v1.Batch.State.Name(batch.state)
        for name, call in {"deleted": client.delete_batch, "get": client.get_batch,
                           "again": client.delete_batch}.items():
            with deletion.step(name):
                call(id)
        deletion.seen["listed"] = id in [batch.batch_id for batch in client.list_batches()]
        return deletion.seen

    def bench_unary(self, client, case):
        begin, calls = time.monotonic(), 0
        while time.monotonic() < begin + case["seconds"]:
            client.complete(unary_request(case))
            calls += 1
        return {"count": calls, "seconds": time.monotonic() - begin}

    def bench_stream(self, client, case):
        begin = time.monotonic()
        count = sum(1 for event in client.stream(stream_request(case)) if event.text)
        return {"count": count, "seconds": time.monotonic() - begin}

    def run(self, case) -> dict:
        return getattr(self, case["call"])(client_of(case, self.kind), case)


class Async:
    kind = inferwire.aio.Client

    async def complete(self, client, case):
        response = await client.complete(unary_request(case), **answer_options(case))
        return {**seen_completion(response.completion), "gateway": seen_gateway(response.gateway)}

    async def complete_text(self, client, case):
        return seen_text(await client.complete(case["prompt"], model=case.get("model", MODEL)))

    async def stream(self, client, case):
        reading = Reading(case)
        try:
            async for event in client.stream(stream_request(case), **answer_options(case)):
                if reading.on(event):
                    break
        except inferwire.InferwireError as error:
            return {**reading.result(), "error": seen_error(error)}
        return reading.result()

    async def many(self, client, case):
        reading = ManyReading(case)
        many = client.complete_many(reading.items, **reading.arguments)
        try:
            async for result in many:
                if reading.on(result):
                    break
                for item in case.get("cancel_after_first_result", []):
                    await many.cancel_item(item)
        except inferwire.InferwireError as error:
            return {**reading.result(many.summary), "error": seen_error(error)}
        return reading.result(many.summary)

    async def target(self, client, case):
        return {"target": client.target}

    async def closed(self, _client, case):
        client = self.kind(**case["client"])
        await client.close()
        await client.close()  # no harm

        async def seen(call) -> dict | None:
            try:
                if hasattr(call, "__await__"):
                    await call
                else:
                    async for _ in call:
                        pass
            except inferwire.InferwireError as error:
                def again() -> None:
                    raise error
                return seen_own(again)
            return None

        def start(call, *arguments):
            # A stream may refuse at once, or when it is read.
            async def run():
                async for _ in call(*arguments):
                    pass
            return run()

        return {"complete": await seen(client.complete("Hi")),
                "stream": await seen(start(client.stream, "Hi")),
                "many": await seen(start(client.complete_many, ["Hi"])),
                "models": await seen(client.list_models()),
                "health": await seen(client.health()),
                "create_batch": await seen(client.create_batch(["Hi"])),
                "batch_results": await seen(client.batch_results("batch_1")),
                "stream_invoke": await seen(start(client.stream_invoke, v1.HttpCall()))}

    async def health(self, client, case):
        return {"status": await client.health(case.get("service", ""))}

    async def invoke(self, client, case):
        return seen_raw(await client.invoke(raw_call(case)))

    async def rpc(self, client, case):
        request = rpc_request(case)
        call = getattr(client, HELPERS.get(type(request), "call"))
        return {"response": json_format.MessageToDict(await call(request, **call_options(case)))}

    async def rpc_stream(self, client, case):
        request, reading = rpc_request(case), RpcReading()
        call = getattr(client, STREAMS.get(type(request), "stream_call"))
        try:
            async for event in call(request, **call_options(case)):
                reading.on(event)
        except inferwire.InferwireError as error:
            return {**reading.result(), "error": seen_error(error)}
        return reading.result()

    async def rpc_upload(self, client, case):
        upload = Upload(case, call_options(case))
        upload.task = asyncio.ensure_future(upload.start(client))
        try:
            return upload.result(await upload.task)
        except ENDS as error:
            return upload.failed(error, seen_error)

    async def session(self, client, case):
        talk = Talk(case)

        async def send_turn() -> None:
            messages = talk.next_turn()
            for message in messages:
                await (session.say(message) if isinstance(message, str) and message[0] != "{" else session.send(message))
            if not messages:
                await session.end()

        async with client.realtime(talk.start, **call_options(case)) as session:
            try:
                await send_turn()
                async for event in session:
                    if talk.on(event):
                        await send_turn()
                    if talk.leaves:
                        break
            except inferwire.InferwireError as error:
                return talk.result(session, error)
        return talk.result(session)

    async def models(self, client, case):
        models = client.list_models(case.get("filter", ""), case.get("order_by", ""))
        return {"ids": [model.model_id async for model in models]}

    async def model(self, client, case):
        response = await client.get_model(case["model_id"])
        return {"model_id": response.model.model_id, "snapshot_id": response.snapshot_id,
                "priced": response.model.priced}

    async def compare(self, client, case):
        response = await client.compare_models(case["model_ids"], parse(v1.Workload, case, "workload"))
        return {"ids": [model.model_id for model in response.models],
                "costs": [cost.monthly_microusd for cost in response.workload_costs]}

    async def estimate(self, client, case):
        response = await client.estimate(params_of(case), batch=case.get("batch", False))
        return {"input_tokens": response.input_tokens, "fits": response.fits_context_window,
                "problems": [problem.reason for problem in response.problems]}

    async def batch(self, client, case):
        seen = BatchReading(case)
        created = await client.create_batch(seen.items, parse(v1.BatchHeader, case, "header"))
        async for batch in client.watch_batch(seen.on_created(created), timeout=50):
            seen.on_change(batch)
        for _ in range(2):  # the second loop goes on where the first one was left
            async for result in client.batch_results(seen.id, offset=seen.offset, timeout=50):
                if seen.on_result(result):
                    break
        seen.on_batch(await client.get_batch(seen.id))
        seen.on_list([batch.batch_id async for batch in client.list_batches()])
        return seen.result()

    async def delete_batch(self, client, case):
        deletion = Deletion(case)
        id = (await client.create_batch(deletion.items)).batch.batch_id
        with deletion.step("running"):
            await client.delete_batch(id)
        await client.cancel_batch(id)
        async for batch in client.watch_batch(id, timeout=50):
            deletion.seen["state"] = v1.Batch.State.Name(batch.state)
        for name, call in {"deleted": client.delete_batch, "get": client.get_batch,
                           "again": client.delete_batch}.items():
            with deletion.step(name):
                await call(id)
        deletion.seen["listed"] = id in [batch.batch_id async for batch in client.list_batches()]
        return deletion.seen

    async def bench_unary(self, client, case):
        begin, calls = time.monotonic(), 0
        while time.monotonic() < begin + case["seconds"]:
            await client.complete(unary_request(case))
            calls += 1
        return {"count": calls, "seconds": time.monotonic() - begin}

    async def bench_stream(self, client, case):
        begin, count = time.monotonic(), 0
        async for event in client.stream(stream_request(case)):
            count += bool(event.text)
        return {"count": count, "seconds": time.monotonic() - begin}

    async def run(self, case) -> dict:
        return await getattr(self, case["call"])(client_of(case, self.kind), case)


async def answer(case, driver) -> dict:
    try:
        if offline := OFFLINE.get(case["call"]):
            return offline(case)
        seen = driver.run(case)
        return await seen if asyncio.iscoroutine(seen) else seen
    except inferwire.InferwireError as error:
        if case.get("copied"):  # as a pool of processes does
            error = pickle.loads(pickle.dumps(error))
        return {"error": seen_error(error)}
    except Exception as error:  # noqa: BLE001 - the runner reports it as the case's failure
        return {"crash": repr(error)}


async def main() -> None:
    driver = Async() if "--asyncio" in sys.argv else Blocking()
    while line := await asyncio.to_thread(sys.stdin.readline):
        case = json.loads(line)
        print(json.dumps({"name": case["name"], **await answer(case, driver)}), flush=True)


asyncio.run(main())
