import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Meter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    METER_UNSPECIFIED: _ClassVar[Meter]
    METER_REQUESTS_PER_MINUTE: _ClassVar[Meter]
    METER_TOKENS_PER_MINUTE: _ClassVar[Meter]
    METER_REQUESTS_PER_DAY: _ClassVar[Meter]
    METER_TOKENS_PER_DAY: _ClassVar[Meter]
    METER_CONCURRENT_CALLS: _ClassVar[Meter]
    METER_BATCH_QUEUE_TOKENS: _ClassVar[Meter]
    METER_MONEY_PER_DAY: _ClassVar[Meter]
    METER_MONEY_PER_WEEK: _ClassVar[Meter]
    METER_MONEY_PER_MONTH: _ClassVar[Meter]
    METER_OTHER: _ClassVar[Meter]

class UsageSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    USAGE_SOURCE_UNSPECIFIED: _ClassVar[UsageSource]
    USAGE_SOURCE_PROVIDER: _ClassVar[UsageSource]
    USAGE_SOURCE_ESTIMATED: _ClassVar[UsageSource]
    USAGE_SOURCE_LOST: _ClassVar[UsageSource]
    USAGE_SOURCE_NONE: _ClassVar[UsageSource]
METER_UNSPECIFIED: Meter
METER_REQUESTS_PER_MINUTE: Meter
METER_TOKENS_PER_MINUTE: Meter
METER_REQUESTS_PER_DAY: Meter
METER_TOKENS_PER_DAY: Meter
METER_CONCURRENT_CALLS: Meter
METER_BATCH_QUEUE_TOKENS: Meter
METER_MONEY_PER_DAY: Meter
METER_MONEY_PER_WEEK: Meter
METER_MONEY_PER_MONTH: Meter
METER_OTHER: Meter
USAGE_SOURCE_UNSPECIFIED: UsageSource
USAGE_SOURCE_PROVIDER: UsageSource
USAGE_SOURCE_ESTIMATED: UsageSource
USAGE_SOURCE_LOST: UsageSource
USAGE_SOURCE_NONE: UsageSource

class Scope(_message.Message):
    __slots__ = ("tenant_id", "team_id", "key_id", "user", "model_id", "upstream")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    team_id: str
    key_id: str
    user: str
    model_id: str
    upstream: str
    def __init__(self, tenant_id: _Optional[str] = ..., team_id: _Optional[str] = ..., key_id: _Optional[str] = ..., user: _Optional[str] = ..., model_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("requests_per_minute", "tokens_per_minute", "requests_per_day", "tokens_per_day", "concurrent_calls", "max_output_tokens", "batch_queue_tokens", "burst")
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_CALLS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BATCH_QUEUE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BURST_FIELD_NUMBER: _ClassVar[int]
    requests_per_minute: int
    tokens_per_minute: int
    requests_per_day: int
    tokens_per_day: int
    concurrent_calls: int
    max_output_tokens: int
    batch_queue_tokens: int
    burst: _duration_pb2.Duration
    def __init__(self, requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., requests_per_day: _Optional[int] = ..., tokens_per_day: _Optional[int] = ..., concurrent_calls: _Optional[int] = ..., max_output_tokens: _Optional[int] = ..., batch_queue_tokens: _Optional[int] = ..., burst: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Budget(_message.Message):
    __slots__ = ("period", "limit_picousd", "time_zone", "on_exceed", "reserve", "alerts")
    class OnExceed(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ON_EXCEED_UNSPECIFIED: _ClassVar[Budget.OnExceed]
        ON_EXCEED_REFUSE: _ClassVar[Budget.OnExceed]
        ON_EXCEED_WARN: _ClassVar[Budget.OnExceed]
    ON_EXCEED_UNSPECIFIED: Budget.OnExceed
    ON_EXCEED_REFUSE: Budget.OnExceed
    ON_EXCEED_WARN: Budget.OnExceed
    class Reserve(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        RESERVE_UNSPECIFIED: _ClassVar[Budget.Reserve]
        RESERVE_EXPECTED: _ClassVar[Budget.Reserve]
        RESERVE_WORST_CASE: _ClassVar[Budget.Reserve]
    RESERVE_UNSPECIFIED: Budget.Reserve
    RESERVE_EXPECTED: Budget.Reserve
    RESERVE_WORST_CASE: Budget.Reserve
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    ON_EXCEED_FIELD_NUMBER: _ClassVar[int]
    RESERVE_FIELD_NUMBER: _ClassVar[int]
    ALERTS_FIELD_NUMBER: _ClassVar[int]
    period: Meter
    limit_picousd: int
    time_zone: str
    on_exceed: Budget.OnExceed
    reserve: Budget.Reserve
    alerts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, period: _Optional[_Union[Meter, str]] = ..., limit_picousd: _Optional[int] = ..., time_zone: _Optional[str] = ..., on_exceed: _Optional[_Union[Budget.OnExceed, str]] = ..., reserve: _Optional[_Union[Budget.Reserve, str]] = ..., alerts: _Optional[_Iterable[int]] = ...) -> None: ...

class Boost(_message.Message):
    __slots__ = ("meter", "amount", "until", "reason")
    METER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    meter: Meter
    amount: int
    until: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, meter: _Optional[_Union[Meter, str]] = ..., amount: _Optional[int] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class LimitState(_message.Message):
    __slots__ = ("scope", "meter", "limit", "used", "reserved", "in_doubt", "remaining", "reset", "local")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    METER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    IN_DOUBT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    scope: Scope
    meter: Meter
    limit: int
    used: int
    reserved: int
    in_doubt: int
    remaining: int
    reset: _timestamp_pb2.Timestamp
    local: bool
    def __init__(self, scope: _Optional[_Union[Scope, _Mapping]] = ..., meter: _Optional[_Union[Meter, str]] = ..., limit: _Optional[int] = ..., used: _Optional[int] = ..., reserved: _Optional[int] = ..., in_doubt: _Optional[int] = ..., remaining: _Optional[int] = ..., reset: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., local: bool = ...) -> None: ...

class Principal(_message.Message):
    __slots__ = ("tenant_id", "team_id", "key_id", "method", "subject", "roles")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    team_id: str
    key_id: str
    method: str
    subject: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tenant_id: _Optional[str] = ..., team_id: _Optional[str] = ..., key_id: _Optional[str] = ..., method: _Optional[str] = ..., subject: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class Queued(_message.Message):
    __slots__ = ("position", "eta", "meter", "scope")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ETA_FIELD_NUMBER: _ClassVar[int]
    METER_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    position: int
    eta: _duration_pb2.Duration
    meter: Meter
    scope: Scope
    def __init__(self, position: _Optional[int] = ..., eta: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., meter: _Optional[_Union[Meter, str]] = ..., scope: _Optional[_Union[Scope, _Mapping]] = ...) -> None: ...
