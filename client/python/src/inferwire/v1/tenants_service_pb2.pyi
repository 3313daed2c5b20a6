import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import governance_pb2 as _governance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditFaultKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_FAULT_KIND_UNSPECIFIED: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_MISSING: _ClassVar[AuditFaultKind]
    AUDIT_FAULT_KIND_CHANGED: _ClassVar[AuditFaultKind]
AUDIT_FAULT_KIND_UNSPECIFIED: AuditFaultKind
AUDIT_FAULT_KIND_MISSING: AuditFaultKind
AUDIT_FAULT_KIND_CHANGED: AuditFaultKind

class Tenant(_message.Message):
    __slots__ = ("tenant_id", "display_name", "time_zone", "weight", "plan", "limits", "model_limits", "budgets", "models", "operations", "teams", "labels", "boosts", "disabled", "origin", "version")
    class ModelLimitsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _governance_pb2.Limits
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_governance_pb2.Limits, _Mapping]] = ...) -> None: ...
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    MODEL_LIMITS_FIELD_NUMBER: _ClassVar[int]
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    TEAMS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    BOOSTS_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    display_name: str
    time_zone: str
    weight: int
    plan: str
    limits: _governance_pb2.Limits
    model_limits: _containers.MessageMap[str, _governance_pb2.Limits]
    budgets: _containers.RepeatedCompositeFieldContainer[_governance_pb2.Budget]
    models: _containers.RepeatedScalarFieldContainer[str]
    operations: _containers.RepeatedScalarFieldContainer[str]
    teams: _containers.RepeatedCompositeFieldContainer[Team]
    labels: _containers.RepeatedScalarFieldContainer[str]
    boosts: _containers.RepeatedCompositeFieldContainer[_governance_pb2.Boost]
    disabled: bool
    origin: str
    version: int
    def __init__(self, tenant_id: _Optional[str] = ..., display_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., weight: _Optional[int] = ..., plan: _Optional[str] = ..., limits: _Optional[_Union[_governance_pb2.Limits, _Mapping]] = ..., model_limits: _Optional[_Mapping[str, _governance_pb2.Limits]] = ..., budgets: _Optional[_Iterable[_Union[_governance_pb2.Budget, _Mapping]]] = ..., models: _Optional[_Iterable[str]] = ..., operations: _Optional[_Iterable[str]] = ..., teams: _Optional[_Iterable[_Union[Team, _Mapping]]] = ..., labels: _Optional[_Iterable[str]] = ..., boosts: _Optional[_Iterable[_Union[_governance_pb2.Boost, _Mapping]]] = ..., disabled: bool = ..., origin: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class Team(_message.Message):
    __slots__ = ("team_id", "weight", "plan", "limits", "model_limits", "budgets", "models", "operations", "user_limits", "user_budget")
    class ModelLimitsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _governance_pb2.Limits
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_governance_pb2.Limits, _Mapping]] = ...) -> None: ...
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    MODEL_LIMITS_FIELD_NUMBER: _ClassVar[int]
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    USER_LIMITS_FIELD_NUMBER: _ClassVar[int]
    USER_BUDGET_FIELD_NUMBER: _ClassVar[int]
    team_id: str
    weight: int
    plan: str
    limits: _governance_pb2.Limits
    model_limits: _containers.MessageMap[str, _governance_pb2.Limits]
    budgets: _containers.RepeatedCompositeFieldContainer[_governance_pb2.Budget]
    models: _containers.RepeatedScalarFieldContainer[str]
    operations: _containers.RepeatedScalarFieldContainer[str]
    user_limits: _governance_pb2.Limits
    user_budget: _governance_pb2.Budget
    def __init__(self, team_id: _Optional[str] = ..., weight: _Optional[int] = ..., plan: _Optional[str] = ..., limits: _Optional[_Union[_governance_pb2.Limits, _Mapping]] = ..., model_limits: _Optional[_Mapping[str, _governance_pb2.Limits]] = ..., budgets: _Optional[_Iterable[_Union[_governance_pb2.Budget, _Mapping]]] = ..., models: _Optional[_Iterable[str]] = ..., operations: _Optional[_Iterable[str]] = ..., user_limits: _Optional[_Union[_governance_pb2.Limits, _Mapping]] = ..., user_budget: _Optional[_Union[_governance_pb2.Budget, _Mapping]] = ...) -> None: ...

class ListTenantsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTenantsResponse(_message.Message):
    __slots__ = ("tenants", "next_page_token")
    TENANTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tenants: _containers.RepeatedCompositeFieldContainer[Tenant]
    next_page_token: str
    def __init__(self, tenants: _Optional[_Iterable[_Union[Tenant, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetTenantRequest(_message.Message):
    __slots__ = ("tenant_id",)
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    def __init__(self, tenant_id: _Optional[str] = ...) -> None: ...

class GetTenantResponse(_message.Message):
    __slots__ = ("tenant", "limits")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    tenant: Tenant
    limits: _containers.RepeatedCompositeFieldContainer[_governance_pb2.LimitState]
    def __init__(self, tenant: _Optional[_Union[Tenant, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[_governance_pb2.LimitState, _Mapping]]] = ...) -> None: ...

class PutTenantRequest(_message.Message):
    __slots__ = ("tenant",)
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: Tenant
    def __init__(self, tenant: _Optional[_Union[Tenant, _Mapping]] = ...) -> None: ...

class PutTenantResponse(_message.Message):
    __slots__ = ("tenant",)
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: Tenant
    def __init__(self, tenant: _Optional[_Union[Tenant, _Mapping]] = ...) -> None: ...

class DisableTenantRequest(_message.Message):
    __slots__ = ("tenant_id", "enable", "reason")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    ENABLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    enable: bool
    reason: str
    def __init__(self, tenant_id: _Optional[str] = ..., enable: bool = ..., reason: _Optional[str] = ...) -> None: ...

class DisableTenantResponse(_message.Message):
    __slots__ = ("tenant",)
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: Tenant
    def __init__(self, tenant: _Optional[_Union[Tenant, _Mapping]] = ...) -> None: ...

class BoostLimitRequest(_message.Message):
    __slots__ = ("scope", "boost")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    BOOST_FIELD_NUMBER: _ClassVar[int]
    scope: _governance_pb2.Scope
    boost: _governance_pb2.Boost
    def __init__(self, scope: _Optional[_Union[_governance_pb2.Scope, _Mapping]] = ..., boost: _Optional[_Union[_governance_pb2.Boost, _Mapping]] = ...) -> None: ...

class BoostLimitResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: _containers.RepeatedCompositeFieldContainer[_governance_pb2.LimitState]
    def __init__(self, limits: _Optional[_Iterable[_Union[_governance_pb2.LimitState, _Mapping]]] = ...) -> None: ...

class ResolveDoubtRequest(_message.Message):
    __slots__ = ("scope", "meter", "replica", "used")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    METER_FIELD_NUMBER: _ClassVar[int]
    REPLICA_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    scope: _governance_pb2.Scope
    meter: _governance_pb2.Meter
    replica: str
    used: int
    def __init__(self, scope: _Optional[_Union[_governance_pb2.Scope, _Mapping]] = ..., meter: _Optional[_Union[_governance_pb2.Meter, str]] = ..., replica: _Optional[str] = ..., used: _Optional[int] = ...) -> None: ...

class ResolveDoubtResponse(_message.Message):
    __slots__ = ("limit",)
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    limit: _governance_pb2.LimitState
    def __init__(self, limit: _Optional[_Union[_governance_pb2.LimitState, _Mapping]] = ...) -> None: ...

class ListAuditEventsRequest(_message.Message):
    __slots__ = ("start", "end", "scope", "follow")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    scope: _governance_pb2.Scope
    follow: bool
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scope: _Optional[_Union[_governance_pb2.Scope, _Mapping]] = ..., follow: bool = ...) -> None: ...

class ListAuditEventsResponse(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AuditEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[AuditEvent, _Mapping]]] = ...) -> None: ...

class AuditEvent(_message.Message):
    __slots__ = ("sequence", "time", "actor", "peer", "action", "scope", "change_json", "chain", "writer")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_JSON_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    WRITER_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: _timestamp_pb2.Timestamp
    actor: _governance_pb2.Principal
    peer: str
    action: str
    scope: _governance_pb2.Scope
    change_json: str
    chain: bytes
    writer: str
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[_Union[_governance_pb2.Principal, _Mapping]] = ..., peer: _Optional[str] = ..., action: _Optional[str] = ..., scope: _Optional[_Union[_governance_pb2.Scope, _Mapping]] = ..., change_json: _Optional[str] = ..., chain: _Optional[bytes] = ..., writer: _Optional[str] = ...) -> None: ...

class VerifyAuditTrailRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyAuditTrailResponse(_message.Message):
    __slots__ = ("events", "faults", "ends")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    events: int
    faults: _containers.RepeatedCompositeFieldContainer[AuditFault]
    ends: _containers.RepeatedCompositeFieldContainer[AuditEnd]
    def __init__(self, events: _Optional[int] = ..., faults: _Optional[_Iterable[_Union[AuditFault, _Mapping]]] = ..., ends: _Optional[_Iterable[_Union[AuditEnd, _Mapping]]] = ...) -> None: ...

class AuditFault(_message.Message):
    __slots__ = ("writer", "sequence", "kind")
    WRITER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    writer: str
    sequence: int
    kind: AuditFaultKind
    def __init__(self, writer: _Optional[str] = ..., sequence: _Optional[int] = ..., kind: _Optional[_Union[AuditFaultKind, str]] = ...) -> None: ...

class AuditEnd(_message.Message):
    __slots__ = ("writer", "sequence", "chain")
    WRITER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    writer: str
    sequence: int
    chain: bytes
    def __init__(self, writer: _Optional[str] = ..., sequence: _Optional[int] = ..., chain: _Optional[bytes] = ...) -> None: ...
