"""How a client reaches its gateway: the channel's arguments, credentials and what they refuse."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import threading
from collections.abc import Sequence
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypedDict

import grpc
import grpc.aio

from .aio_grpc_calls import look_behind
from .errors import client_closed, invalid_option
from .targets import Target, read_target

Metadata = Sequence[tuple[str, "str | bytes"]]
LOCAL = "127.0.0.1:50051"
DEFAULT_MODEL = "gpt-4.1-mini"

try:
    VERSION = version("inferwire")
except PackageNotFoundError:  # run from its source folder
    VERSION = "0"


@dataclasses.dataclass(frozen=True)
class Tls:
    """PEM texts. No ca: the system's roots. cert and key go together: they are the client's own
    identity (mutual TLS). server_name: the name that the server's certificate must have, if it is
    not the target's."""

    ca: bytes | None = None
    cert: bytes | None = None
    key: bytes | None = None
    server_name: str = ""

    @classmethod
    def from_files(cls, ca: str = "", cert: str = "", key: str = "", server_name: str = "") -> Tls:
        def read(path: str) -> bytes | None:
            return pathlib.Path(path).read_bytes() if path else None

        return cls(read(ca), read(cert), read(key), server_name)


@dataclasses.dataclass(frozen=True)
class Options:
    """What Client(...) takes; every member has a default."""

    #: host, host:port, dns:///host:port, https://host:port, unix:/path, ... (README.md). A name
    #: with several addresses is used in turn. None: the environment's INFERWIRE_SERVER, else this machine.
    target: str | None = None
    #: None: TLS if the target is an https:// or grpcs:// URL, or if the environment's INFERWIRE_CA names a
    #: file with authorities and the target is no http:// or grpc:// URL and no socket.
    tls: Tls | None = None
    #: An API key or other token, sent as "authorization: Bearer ..."; refused without TLS unless the
    #: target is this machine. Empty: the environment's INFERWIRE_API_KEY, if there is one.
    bearer_token: str = dataclasses.field(default="", repr=False)
    #: Of chats and responses whose call names none. Empty: the environment's INFERWIRE_MODEL, else DEFAULT_MODEL.
    model: str = ""
    #: Seconds for calls that make a model work, unless the call says otherwise.
    timeout: float = 600.0
    #: Seconds for calls that only read.
    read_timeout: float = 30.0
    max_message_bytes: int = 64 << 20
    #: A request larger than this is not repeated.
    retry_buffer_bytes: int = 64 << 20
    #: Attempts of calls that may be repeated, the first one included; 1: never repeat. None: as in
    #: service_config.json.
    max_attempts: int | None = None
    keepalive_time: float = 60.0
    keepalive_timeout: float = 20.0
    #: Of gRPC, as grpc.intercept_channel takes them; for aio.Client those of grpc.aio.
    interceptors: Sequence[Any] = ()
    #: Further arguments of gRPC's channel: [("grpc.http_proxy", ""), ...].
    channel_arguments: Sequence[tuple[str, int | str]] = ()

    def __post_init__(self) -> None:
        if self.target is None:
            object.__setattr__(self, "target", os.environ.get("INFERWIRE_SERVER") or LOCAL)
        if not self.bearer_token:
            object.__setattr__(self, "bearer_token", os.environ.get("INFERWIRE_API_KEY", ""))
        if not self.model:
            object.__setattr__(self, "model", os.environ.get("INFERWIRE_MODEL") or DEFAULT_MODEL)


class MoreOptions(TypedDict, total=False):
    """The members of Options beside the target."""

    tls: Tls | None
    bearer_token: str
    timeout: float
    read_timeout: float
    max_message_bytes: int
    retry_buffer_bytes: int
    max_attempts: int | None
    keepalive_time: float
    keepalive_timeout: float
    model: str
    interceptors: Sequence[Any]
    channel_arguments: Sequence[tuple[str, int | str]]


def service_config(max_attempts: int | None) -> str:
    text = resources.files("inferwire").joinpath("service_config.json").read_text("utf-8")
    if max_attempts is None:
        return text
    config = json.loads(text)
    for method in config["methodConfig"]:
        method["retryPolicy"]["maxAttempts"] = max_attempts
        if max_attempts == 1:
            del method["retryPolicy"]
    return json.dumps(config)


def check(options: Options) -> tuple[Target, Tls | None]:
    """Where the channel goes, and with which TLS."""
    target, tls, token = read_target(options.target or ""), options.tls, options.bearer_token
    if tls and target.tls is False:
        raise invalid_option("target: this URL means no TLS, but tls is given")
    may_be_tls = target.tls is not False and not target.uri.startswith(("unix:", "unix-abstract:"))
    if tls is None and may_be_tls and (ca := os.environ.get("INFERWIRE_CA")):
        tls = _tls_of(ca)
    if tls is None and target.tls:
        tls = Tls()
    if options.max_attempts is not None and not 1 <= options.max_attempts <= 5:
        raise invalid_option("max_attempts: must be 1 to 5")
    if tls and (tls.cert is None) != (tls.key is None):
        raise invalid_option("tls: the client's certificate and key go together")
    if not all(" " < c < "\x7f" for c in token):
        raise invalid_option("bearer_token: must be printable ASCII without spaces")
    if token and not tls and not target.local:
        raise invalid_option("bearer_token: refused without TLS, except to this machine")
    return target, tls


def _tls_of(ca: str) -> Tls:
    try:
        return Tls.from_files(ca=ca)
    except OSError as error:
        raise invalid_option(f"INFERWIRE_CA: cannot be read: {error.strerror}") from None


def arguments(options: Options, tls: Tls | None) -> list[tuple[str, int | str]]:
    args: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", options.max_message_bytes),
        ("grpc.max_send_message_length", options.max_message_bytes),
        ("grpc.keepalive_time_ms", int(options.keepalive_time * 1000)),
        ("grpc.keepalive_timeout_ms", int(options.keepalive_timeout * 1000)),
        ("grpc.per_rpc_retry_buffer_size", options.retry_buffer_bytes),
        # Probing the bandwidth, gRPC lets a stream that nobody reads grow to tens of megabytes.
        ("grpc.http2.bdp_probe", 0),
        ("grpc.http2.lookahead_bytes", 1 << 20),
        # The rules are the client's; a TXT look-up for others would only cost time.
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.service_config", service_config(options.max_attempts)),
        ("grpc.primary_user_agent", f"inferwire-python/{VERSION}"),
    ]
    if tls and tls.server_name:
        args.append(("grpc.ssl_target_name_override", tls.server_name))
    return [*args, *options.channel_arguments]


def credentials(tls: Tls) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(tls.ca, tls.key, tls.cert)


def open_channel(options: Options, api: Any, *, retries: bool = True) -> tuple[Any, str]:
    """The channel and its target. api is grpc or grpc.aio."""
    target, tls = check(options)
    args = arguments(options, tls)
    if not retries:
        args.append(("grpc.enable_retries", 0))
    extra = {"interceptors": list(options.interceptors)} if api is grpc.aio and options.interceptors else {}
    if tls is None:
        channel = api.insecure_channel(target.uri, args, **extra)
    else:
        channel = api.secure_channel(target.uri, credentials(tls), args, **extra)
    if options.interceptors and not extra:
        channel = grpc.intercept_channel(channel, *options.interceptors)
    if api is grpc.aio:
        look_behind(channel)
    return channel, target.uri


class LongRequests:
    """The channel of calls whose request is a long stream, which nobody repeats; opened by the
    first of them. Where it could retry, gRPC keeps every message until the call is answered."""

    def __init__(self, options: Options, api: Any) -> None:
        self._options, self._api = options, api
        self._lock = threading.Lock()
        self._channel: Any = None
        self._closed = False

    def channel(self) -> Any:
        with self._lock:
            if self._closed:
                raise client_closed()
            if self._channel is None:
                self._channel, _ = open_channel(self._options, self._api, retries=False)
            return self._channel

    def close(self) -> list[Any]:
        """What is left to close: the channel, if there is one."""
        with self._lock:
            self._closed = True
            return [] if self._channel is None else [self._channel]


def call_metadata(options: Options, extra: Metadata | None) -> list[tuple[str, str | bytes]]:
    metadata = list(extra or ())
    if options.bearer_token:
        metadata.append(("authorization", f"Bearer {options.bearer_token}"))
    return metadata
