"""Interceptors that put something else in a call's place: whatever iterator it is, the answer is
read, leaving the loop and cancel() end the call, and errors stay the client's own."""
import os
import threading

import grpc
import inferwire
from inferwire import v1

TARGET = os.environ["INFERWIRE_SERVER"]


class Iteration:
    """An iterator, and nothing else."""

    def __init__(self, call) -> None:
        self._call = call

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._call)


def delegating(call):
    yield from call


def copying(call):
    for message in call:
        yield message


class BareError(grpc.RpcError):
    """Without the methods of a call."""


def failing(call):
    for message in call:
        yield message
        raise BareError("the interceptor gave up")


class Hide(grpc.UnaryStreamClientInterceptor, grpc.StreamStreamClientInterceptor):
    def __init__(self, wrap) -> None:
        self._wrap = wrap
        self.ended = threading.Event()

    def intercept_unary_stream(self, continuation, details, request):
        call = continuation(details, request)
        call.add_callback(self.ended.set)
        return self._wrap(call)

    def intercept_stream_stream(self, continuation, details, requests):
        call = continuation(details, requests)
        call.add_callback(self.ended.set)
        return self._wrap(call)


def client_with(wrap) -> tuple[inferwire.Client, Hide]:
    hide = Hide(wrap)
    real = grpc.insecure_channel
    grpc.insecure_channel = lambda *arguments: grpc.intercept_channel(real(*arguments), hide)
    try:
        return inferwire.Client(TARGET), hide
    finally:
        grpc.insecure_channel = real


def endless() -> v1.ChatCompletionParams:
    return inferwire.ask("Hi", "gpt-4.1-mini+rate=100+tokens=5000")


def check(wrap) -> None:
    client, hide = client_with(wrap)
    assert "".join(event.text for event in client.stream("a b", model="gpt-4.1-mini+echo")) == "a b"
    items = [v1.CompleteManyItem(item_id=id, params=inferwire.ask(id, "gpt-4.1-mini+echo"))
             for id in ("a", "b")]
    assert sorted(result.text for result in client.complete_many(items)) == ["a", "b"]

    for leave in ("break", "with", "cancel", "thread"):
        hide.ended.clear()
        stream = client.stream(endless())
        try:
            with stream:
                for event in stream:
                    if leave == "break":
                        break
                    if leave == "cancel":
                        stream.cancel()
                    if leave == "thread":
                        threading.Thread(target=stream.cancel).start()
                    if leave == "with" and event.text:
                        raise KeyError
            assert leave == "break"
        except KeyError:
            assert leave == "with"
        except inferwire.InferwireError as error:
            assert leave in ("cancel", "thread") and error.reason == "CANCELLED", error
        assert hide.ended.wait(20), f"{wrap.__name__}, {leave}: the call goes on"

    hide.ended.clear()
    for _ in client.complete_many([v1.CompleteManyItem(item_id="a", params=inferwire.ask("Hi")),
                                   v1.CompleteManyItem(item_id="b", params=endless())]):
        break
    assert hide.ended.wait(20), f"{wrap.__name__}: the call of complete_many goes on"

    def broken_items():
        yield "Hi"
        raise KeyError("of the caller")

    try:
        list(client.complete_many(broken_items()))
    except KeyError:
        pass
    else:
        raise AssertionError("the producer's error is lost")


def main() -> None:
    for wrap in (delegating, copying, iter, Iteration):
        check(wrap)
        print(wrap.__name__, "ok")
    client, _ = client_with(failing)
    try:
        list(client.stream("Hi"))
    except inferwire.InferwireError as error:
        assert error.code == grpc.StatusCode.UNKNOWN and "gave up" in error.message
    else:
        raise AssertionError("the interceptor's error is lost")
    print("ok")


main()
