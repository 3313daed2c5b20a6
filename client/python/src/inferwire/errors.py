"""What went wrong with a call: one exception, read from the google.rpc.Status that the gateway
attaches to every error, or made here when the gateway was never reached."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import grpc
from google.rpc import error_details_pb2, status_pb2

if TYPE_CHECKING:
    from .chat_answers import Answer, ToolRun

# The domain and reasons of errors that the client makes itself; every other reason is a name of
# inferwire.v1.ErrorReason without ERROR_REASON_, in the domain "inferwire".
CLIENT_DOMAIN = "inferwire.client"
UNREACHABLE = "UNREACHABLE"  # the call never left this process
CONNECTION_LOST = "CONNECTION_LOST"
DEADLINE = "DEADLINE"
CANCELLED = "CANCELLED"
STREAM_TRUNCATED = "STREAM_TRUNCATED"
INVALID_OPTIONS = "INVALID_OPTIONS"
CLIENT_CLOSED = "CLIENT_CLOSED"
NOT_RESUMABLE = "NOT_RESUMABLE"  # of a streamed response that nothing has come of
REFUSED = "REFUSED"
CUT_OFF = "CUT_OFF"
MISMATCH = "MISMATCH"
TOO_MANY_ROUNDS = "TOO_MANY_ROUNDS"

_CODES = {code.value[0]: code for code in grpc.StatusCode}

# What gRPC says of a call that found no connection to leave by.
_NEVER_LEFT = (
    "failed to connect to all addresses",
    "connections to all backends failing",
    "DNS resolution failed",
    "empty address list",
)

# Codes of calls whose work may have been done although no answer came.
_UNCERTAIN = frozenset({
    grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DATA_LOSS,
})


@dataclasses.dataclass(frozen=True)
class FieldViolation:
    field: str  # path in the request message, e.g. params.messages[0].content
    description: str


@dataclasses.dataclass(frozen=True)
class QuotaViolation:
    subject: str
    description: str


@dataclasses.dataclass(frozen=True)
class Limit:
    """Which of the caller's limits a call did not fit into. Amounts are text: exact, in USD where
    the limit is money; empty where the server said nothing."""
    name: str  # rpm, tpm, concurrent, ...; of a budget day, week or month
    scope: str  # tenant/acme, team/acme/search
    model: str
    amount: str
    used: str
    reserved: str
    remaining: str
    needed: str
    resets_at: str  # RFC 3339


class InferwireError(Exception):
    """Every failed call raises this. `str(error)` is one line for people."""

    def __init__(self, code: grpc.StatusCode, message: str, *, domain: str = "", reason: str = "",
                 retryable: bool = False) -> None:
        super().__init__(code, message)  # what a copy and an unpickled error are made of
        self.code = code
        self.message = message
        self.domain = domain
        self.reason = reason
        #: A repetition cannot be billed twice and may succeed.
        self.retryable = retryable
        #: Seconds to wait before a retry.
        self.retry_after: float | None = None
        self.fields: list[FieldViolation] = []
        self.quotas: list[QuotaViolation] = []
        #: ErrorInfo.metadata: origin, upstream, model, attempts, phase, upstream_request_id, ...
        self.metadata: Mapping[str, str] = {}
        #: Of complete_many: ids that were sent and not answered when the stream broke.
        self.unfinished: list[str] = []
        #: Of run_tools: what came before the call that failed.
        self.run: ToolRun | None = None

    @property
    def request_id(self) -> str:
        return self.metadata.get("request_id", "")

    @property
    def first_request_id(self) -> str:
        """Of an error about an idempotency key: the call that had it first."""
        return self.metadata.get("first_request_id", "")

    @property
    def limit(self) -> Limit | None:
        """Of TENANT_RATE_LIMITED, CONCURRENCY_LIMITED and BUDGET_EXCEEDED."""
        facts = self.metadata
        if not facts.get("scope"):
            return None

        def amount(name: str) -> str:
            return facts.get(name, facts.get(f"{name}_usd", ""))

        return Limit(facts.get("limit", facts.get("period", "")), facts["scope"],
                     facts.get("model", ""), facts.get("limit_value", facts.get("limit_usd", "")),
                     amount("used"), amount("reserved"), amount("remaining"), amount("needed"),
                     facts.get("reset_at", ""))

    @property
    def origin(self) -> str:
        """caller, gateway, upstream, cancelled or, when the way to the gateway failed, network."""
        if origin := self.metadata.get("origin"):
            return origin
        if self.code == grpc.StatusCode.CANCELLED:
            return "cancelled"
        if self.domain != CLIENT_DOMAIN:
            return "gateway"
        on_the_way = (UNREACHABLE, CONNECTION_LOST, STREAM_TRUNCATED)
        return "network" if self.reason in on_the_way else "caller"

    @property
    def may_be_billed(self) -> bool:
        """The model may have worked on this call (proto/README.md has the rule)."""
        if self.retryable:
            return False
        if self.metadata.get("phase") == "after_output" or "maybe_billed" in self.metadata:
            return True
        status = self.metadata.get("upstream_status", "")
        refused = status.startswith("4") and status != "408"
        never_called = self.metadata.get("attempts") == "0"
        return self.code in _UNCERTAIN and not refused and not never_called

    def __str__(self) -> str:
        text = self.code.name
        if self.reason and self.reason != text:
            text += f" {self.reason}"
        if self.message:
            text += f": {self.message}"
        for violation in self.fields:
            if violation.field not in self.message:
                text += f"; {violation.field}: {violation.description}"
        for quota in self.quotas:
            if not quota.description or quota.description not in self.message:
                text += f"; limit of {quota.subject}: {quota.description}"
        retry = "not safe to retry blindly"
        if self.retryable:
            retry = "safe to retry"
            if self.retry_after is not None:
                retry += f" after {self.retry_after:g} s"
        line = f"{text} (origin: {self.origin}; {retry})"
        return "".join(c if c.isprintable() else " " for c in line)


def from_rpc_status(status: status_pb2.Status) -> InferwireError:
    """The error of one item of complete_many or of a batch."""
    error = InferwireError(_CODES.get(status.code, grpc.StatusCode.UNKNOWN), status.message)
    for detail in status.details:
        _read_detail(detail, error)
    safe = error.metadata.get("safe_to_retry")
    # RetryInfo is the gateway's invitation to come again; it gives none when that could bill twice.
    error.retryable = safe == "true" if safe is not None else error.retry_after is not None
    return error


class AnswerError(InferwireError):
    """The model has answered, but not with what was asked for. `answer` has what it said and cost."""

    answer: Answer

    @classmethod
    def of(cls, answer: Answer, reason: str, message: str) -> AnswerError:
        error = cls(grpc.StatusCode.FAILED_PRECONDITION, message, domain=CLIENT_DOMAIN, reason=reason)
        error.answer = answer
        error.metadata = {"origin": "upstream", "phase": "after_output", "request_id": answer.request_id,
                          "upstream_request_id": answer.gateway.upstream_request_id}
        return error


class RefusalError(AnswerError):
    """The model, or its provider's filter, refused to answer."""


class CutOffError(AnswerError):
    """The answer was longer than allowed: it ends in the middle."""


class MismatchError(AnswerError):
    """The answer is not of the type that was asked for."""


class RoundsError(AnswerError):
    """After so many rounds the model still calls functions. `answer` is all of the run, with its messages."""


def _read_detail(detail: Any, error: InferwireError) -> None:
    info = error_details_pb2.ErrorInfo()
    retry = error_details_pb2.RetryInfo()
    bad = error_details_pb2.BadRequest()
    quota = error_details_pb2.QuotaFailure()
    if detail.Unpack(info):
        error.domain, error.reason, error.metadata = info.domain, info.reason, dict(info.metadata)
    elif detail.Unpack(retry):
        delay = retry.retry_delay
        error.retry_after = delay.seconds + delay.nanos / 1e9
    elif detail.Unpack(bad):
        error.fields += [FieldViolation(v.field, v.description) for v in bad.field_violations]
    elif detail.Unpack(quota):
        error.quotas += [QuotaViolation(v.subject, v.description) for v in quota.violations]


def from_rpc(code: grpc.StatusCode, message: str | None,
             trailers: Iterable[tuple[str, str | bytes]] | None) -> InferwireError:
    """The error of a call that gRPC ended."""
    for name, value in trailers or ():
        if name != "grpc-status-details-bin" or not isinstance(value, bytes):
            continue
        status = status_pb2.Status()
        try:
            status.ParseFromString(value)
        except Exception:  # noqa: BLE001 - the details are from elsewhere; the code and text remain
            break
        if status.details:
            error = from_rpc_status(status)
            error.code = code
            return error
    return _plain(code, message or "")


def _plain(code: grpc.StatusCode, message: str) -> InferwireError:
    """A status without details is gRPC's own, or some proxy's."""
    if code == grpc.StatusCode.UNAVAILABLE:
        never_left = any(text in message for text in _NEVER_LEFT)
        return InferwireError(code, message, domain=CLIENT_DOMAIN, retryable=never_left,
                            reason=UNREACHABLE if never_left else CONNECTION_LOST)
    if code == grpc.StatusCode.DEADLINE_EXCEEDED:
        return InferwireError(code, message, domain=CLIENT_DOMAIN, reason=DEADLINE)
    if code == grpc.StatusCode.CANCELLED:
        return InferwireError(code, message, domain=CLIENT_DOMAIN, reason=CANCELLED)
    return InferwireError(code, message)


def invalid_option(message: str) -> InferwireError:
    return InferwireError(grpc.StatusCode.INVALID_ARGUMENT, message, domain=CLIENT_DOMAIN,
                        reason=INVALID_OPTIONS)


def client_closed() -> InferwireError:
    return InferwireError(grpc.StatusCode.FAILED_PRECONDITION, "the client is closed",
                        domain=CLIENT_DOMAIN, reason=CLIENT_CLOSED)


def cut_short() -> InferwireError:
    """A stream that ended with OK but without its last event: something between cut it."""
    return InferwireError(grpc.StatusCode.UNAVAILABLE, "the stream ended before its last event",
                        domain=CLIENT_DOMAIN, reason=STREAM_TRUNCATED)
