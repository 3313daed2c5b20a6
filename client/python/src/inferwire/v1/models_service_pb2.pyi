import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import embeddings_service_pb2 as _embeddings_service_pb2
from inferwire.v1 import governance_pb2 as _governance_pb2
from inferwire.v1 import responses_pb2 as _responses_pb2
from inferwire.v1 import text_completions_service_pb2 as _text_completions_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TokenCountMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOKEN_COUNT_METHOD_UNSPECIFIED: _ClassVar[TokenCountMethod]
    TOKEN_COUNT_METHOD_EXACT: _ClassVar[TokenCountMethod]
    TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE: _ClassVar[TokenCountMethod]
TOKEN_COUNT_METHOD_UNSPECIFIED: TokenCountMethod
TOKEN_COUNT_METHOD_EXACT: TokenCountMethod
TOKEN_COUNT_METHOD_CALIBRATED_ESTIMATE: TokenCountMethod

class Model(_message.Message):
    __slots__ = ("model_id", "display_name", "description", "owned_by", "catalogued", "priced", "aliases", "snapshots", "context_window_tokens", "max_output_tokens", "knowledge_cutoff", "input_modalities", "output_modalities", "endpoints", "features", "prices", "tier_limits", "ratings", "recommended_model_id", "upstream", "inferred_fields", "shutdown_date", "replacement_model_id", "deprecated", "days_left", "ended", "listings", "discovered")
    class EndpointsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bool
        def __init__(self, key: _Optional[str] = ..., value: bool = ...) -> None: ...
    class FeaturesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: bool
        def __init__(self, key: _Optional[str] = ..., value: bool = ...) -> None: ...
    class RatingsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNED_BY_FIELD_NUMBER: _ClassVar[int]
    CATALOGUED_FIELD_NUMBER: _ClassVar[int]
    PRICED_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_WINDOW_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_CUTOFF_FIELD_NUMBER: _ClassVar[int]
    INPUT_MODALITIES_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_MODALITIES_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    TIER_LIMITS_FIELD_NUMBER: _ClassVar[int]
    RATINGS_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    INFERRED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    SHUTDOWN_DATE_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENT_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    DEPRECATED_FIELD_NUMBER: _ClassVar[int]
    DAYS_LEFT_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    LISTINGS_FIELD_NUMBER: _ClassVar[int]
    DISCOVERED_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    display_name: str
    description: str
    owned_by: str
    catalogued: bool
    priced: bool
    aliases: _containers.RepeatedScalarFieldContainer[str]
    snapshots: _containers.RepeatedScalarFieldContainer[str]
    context_window_tokens: int
    max_output_tokens: int
    knowledge_cutoff: str
    input_modalities: _containers.RepeatedScalarFieldContainer[str]
    output_modalities: _containers.RepeatedScalarFieldContainer[str]
    endpoints: _containers.ScalarMap[str, bool]
    features: _containers.ScalarMap[str, bool]
    prices: _containers.RepeatedCompositeFieldContainer[Price]
    tier_limits: _containers.RepeatedCompositeFieldContainer[TierLimit]
    ratings: _containers.ScalarMap[str, str]
    recommended_model_id: str
    upstream: str
    inferred_fields: _containers.RepeatedScalarFieldContainer[str]
    shutdown_date: str
    replacement_model_id: str
    deprecated: bool
    days_left: int
    ended: bool
    listings: _containers.RepeatedCompositeFieldContainer[ModelListing]
    discovered: bool
    def __init__(self, model_id: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., owned_by: _Optional[str] = ..., catalogued: bool = ..., priced: bool = ..., aliases: _Optional[_Iterable[str]] = ..., snapshots: _Optional[_Iterable[str]] = ..., context_window_tokens: _Optional[int] = ..., max_output_tokens: _Optional[int] = ..., knowledge_cutoff: _Optional[str] = ..., input_modalities: _Optional[_Iterable[str]] = ..., output_modalities: _Optional[_Iterable[str]] = ..., endpoints: _Optional[_Mapping[str, bool]] = ..., features: _Optional[_Mapping[str, bool]] = ..., prices: _Optional[_Iterable[_Union[Price, _Mapping]]] = ..., tier_limits: _Optional[_Iterable[_Union[TierLimit, _Mapping]]] = ..., ratings: _Optional[_Mapping[str, str]] = ..., recommended_model_id: _Optional[str] = ..., upstream: _Optional[str] = ..., inferred_fields: _Optional[_Iterable[str]] = ..., shutdown_date: _Optional[str] = ..., replacement_model_id: _Optional[str] = ..., deprecated: bool = ..., days_left: _Optional[int] = ..., ended: bool = ..., listings: _Optional[_Iterable[_Union[ModelListing, _Mapping]]] = ..., discovered: bool = ...) -> None: ...

class ModelListing(_message.Message):
    __slots__ = ("upstream", "name", "listed", "shutdown_date")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LISTED_FIELD_NUMBER: _ClassVar[int]
    SHUTDOWN_DATE_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    name: str
    listed: bool
    shutdown_date: str
    def __init__(self, upstream: _Optional[str] = ..., name: _Optional[str] = ..., listed: bool = ..., shutdown_date: _Optional[str] = ...) -> None: ...

class UpstreamListing(_message.Message):
    __slots__ = ("upstream", "read_time", "models", "failure", "unlisted_models")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    READ_TIME_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    UNLISTED_MODELS_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    read_time: _timestamp_pb2.Timestamp
    models: int
    failure: str
    unlisted_models: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, upstream: _Optional[str] = ..., read_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., models: _Optional[int] = ..., failure: _Optional[str] = ..., unlisted_models: _Optional[_Iterable[str]] = ...) -> None: ...

class Price(_message.Message):
    __slots__ = ("service_tier", "kind", "micro_usd_per_million_tokens", "usd", "above_input_tokens")
    SERVICE_TIER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MICRO_USD_PER_MILLION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    USD_FIELD_NUMBER: _ClassVar[int]
    ABOVE_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    service_tier: str
    kind: str
    micro_usd_per_million_tokens: int
    usd: str
    above_input_tokens: int
    def __init__(self, service_tier: _Optional[str] = ..., kind: _Optional[str] = ..., micro_usd_per_million_tokens: _Optional[int] = ..., usd: _Optional[str] = ..., above_input_tokens: _Optional[int] = ...) -> None: ...

class TierLimit(_message.Message):
    __slots__ = ("tier", "requests_per_minute", "requests_per_day", "tokens_per_minute", "batch_queue_tokens")
    TIER_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    BATCH_QUEUE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    tier: str
    requests_per_minute: int
    requests_per_day: int
    tokens_per_minute: int
    batch_queue_tokens: int
    def __init__(self, tier: _Optional[str] = ..., requests_per_minute: _Optional[int] = ..., requests_per_day: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., batch_queue_tokens: _Optional[int] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter", "order_by")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: str
    order_by: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[str] = ..., order_by: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models", "next_page_token", "total_size", "price_revision", "listings")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    PRICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    LISTINGS_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    next_page_token: str
    total_size: int
    price_revision: str
    listings: _containers.RepeatedCompositeFieldContainer[UpstreamListing]
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ..., price_revision: _Optional[str] = ..., listings: _Optional[_Iterable[_Union[UpstreamListing, _Mapping]]] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("model_id",)
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    def __init__(self, model_id: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("model", "snapshot_id", "price_revision")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    model: Model
    snapshot_id: str
    price_revision: str
    def __init__(self, model: _Optional[_Union[Model, _Mapping]] = ..., snapshot_id: _Optional[str] = ..., price_revision: _Optional[str] = ...) -> None: ...

class CompareModelsRequest(_message.Message):
    __slots__ = ("model_ids", "workload")
    MODEL_IDS_FIELD_NUMBER: _ClassVar[int]
    WORKLOAD_FIELD_NUMBER: _ClassVar[int]
    model_ids: _containers.RepeatedScalarFieldContainer[str]
    workload: Workload
    def __init__(self, model_ids: _Optional[_Iterable[str]] = ..., workload: _Optional[_Union[Workload, _Mapping]] = ...) -> None: ...

class Workload(_message.Message):
    __slots__ = ("requests_per_month", "input_tokens_per_request", "cached_input_tokens_per_request", "output_tokens_per_request", "batch_percent", "deadline")
    REQUESTS_PER_MONTH_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_PER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_TOKENS_PER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_PER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    BATCH_PERCENT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    requests_per_month: int
    input_tokens_per_request: int
    cached_input_tokens_per_request: int
    output_tokens_per_request: int
    batch_percent: int
    deadline: _duration_pb2.Duration
    def __init__(self, requests_per_month: _Optional[int] = ..., input_tokens_per_request: _Optional[int] = ..., cached_input_tokens_per_request: _Optional[int] = ..., output_tokens_per_request: _Optional[int] = ..., batch_percent: _Optional[int] = ..., deadline: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CompareModelsResponse(_message.Message):
    __slots__ = ("models", "rows", "workload_costs", "price_revision")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    WORKLOAD_COSTS_FIELD_NUMBER: _ClassVar[int]
    PRICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    rows: _containers.RepeatedCompositeFieldContainer[ComparisonRow]
    workload_costs: _containers.RepeatedCompositeFieldContainer[WorkloadCost]
    price_revision: str
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[ComparisonRow, _Mapping]]] = ..., workload_costs: _Optional[_Iterable[_Union[WorkloadCost, _Mapping]]] = ..., price_revision: _Optional[str] = ...) -> None: ...

class ComparisonRow(_message.Message):
    __slots__ = ("attribute", "values", "differs")
    ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    DIFFERS_FIELD_NUMBER: _ClassVar[int]
    attribute: str
    values: _containers.RepeatedScalarFieldContainer[str]
    differs: bool
    def __init__(self, attribute: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., differs: bool = ...) -> None: ...

class WorkloadCost(_message.Message):
    __slots__ = ("model_id", "monthly_microusd", "standard_microusd", "batch_microusd", "unpriced_reason", "ways")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_MICROUSD_FIELD_NUMBER: _ClassVar[int]
    STANDARD_MICROUSD_FIELD_NUMBER: _ClassVar[int]
    BATCH_MICROUSD_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_REASON_FIELD_NUMBER: _ClassVar[int]
    WAYS_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    monthly_microusd: int
    standard_microusd: int
    batch_microusd: int
    unpriced_reason: str
    ways: _containers.RepeatedCompositeFieldContainer[WorkloadWay]
    def __init__(self, model_id: _Optional[str] = ..., monthly_microusd: _Optional[int] = ..., standard_microusd: _Optional[int] = ..., batch_microusd: _Optional[int] = ..., unpriced_reason: _Optional[str] = ..., ways: _Optional[_Iterable[_Union[WorkloadWay, _Mapping]]] = ...) -> None: ...

class WorkloadWay(_message.Message):
    __slots__ = ("way", "monthly_microusd")
    WAY_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_MICROUSD_FIELD_NUMBER: _ClassVar[int]
    way: ServiceWay
    monthly_microusd: int
    def __init__(self, way: _Optional[_Union[ServiceWay, _Mapping]] = ..., monthly_microusd: _Optional[int] = ...) -> None: ...

class EstimateRequest(_message.Message):
    __slots__ = ("params", "batch", "response", "embedding", "text_completion", "deadline")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    TEXT_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    params: _chat_pb2.ChatCompletionParams
    batch: bool
    response: _responses_pb2.ResponseParams
    embedding: _embeddings_service_pb2.EmbeddingParams
    text_completion: _text_completions_service_pb2.TextCompletionParams
    deadline: _duration_pb2.Duration
    def __init__(self, params: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., batch: bool = ..., response: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., embedding: _Optional[_Union[_embeddings_service_pb2.EmbeddingParams, _Mapping]] = ..., text_completion: _Optional[_Union[_text_completions_service_pb2.TextCompletionParams, _Mapping]] = ..., deadline: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ServiceWay(_message.Message):
    __slots__ = ("service_tier", "how", "within", "meets_deadline", "cheapest")
    SERVICE_TIER_FIELD_NUMBER: _ClassVar[int]
    HOW_FIELD_NUMBER: _ClassVar[int]
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    MEETS_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    CHEAPEST_FIELD_NUMBER: _ClassVar[int]
    service_tier: str
    how: str
    within: _duration_pb2.Duration
    meets_deadline: bool
    cheapest: bool
    def __init__(self, service_tier: _Optional[str] = ..., how: _Optional[str] = ..., within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., meets_deadline: bool = ..., cheapest: bool = ...) -> None: ...

class EstimateResponse(_message.Message):
    __slots__ = ("model_id", "snapshot_id", "input_tokens", "count_method", "tokenizer", "count_notes", "max_output_tokens", "max_cost", "input_cost", "fits_context_window", "features", "problems", "upstream", "upstream_model", "max_input_tokens", "max_cost_is_bound", "limits", "would_wait", "expected_cost", "ways")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COUNT_METHOD_FIELD_NUMBER: _ClassVar[int]
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    COUNT_NOTES_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_COST_FIELD_NUMBER: _ClassVar[int]
    INPUT_COST_FIELD_NUMBER: _ClassVar[int]
    FITS_CONTEXT_WINDOW_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_MODEL_FIELD_NUMBER: _ClassVar[int]
    MAX_INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_COST_IS_BOUND_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    WOULD_WAIT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_COST_FIELD_NUMBER: _ClassVar[int]
    WAYS_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    snapshot_id: str
    input_tokens: int
    count_method: TokenCountMethod
    tokenizer: str
    count_notes: _containers.RepeatedScalarFieldContainer[str]
    max_output_tokens: int
    max_cost: _common_pb2.Cost
    input_cost: _common_pb2.Cost
    fits_context_window: bool
    features: _containers.RepeatedCompositeFieldContainer[FeatureNeed]
    problems: _containers.RepeatedCompositeFieldContainer[RequestProblem]
    upstream: str
    upstream_model: str
    max_input_tokens: int
    max_cost_is_bound: bool
    limits: _containers.RepeatedCompositeFieldContainer[_governance_pb2.LimitState]
    would_wait: _duration_pb2.Duration
    expected_cost: _common_pb2.Cost
    ways: _containers.RepeatedCompositeFieldContainer[EstimateWay]
    def __init__(self, model_id: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., input_tokens: _Optional[int] = ..., count_method: _Optional[_Union[TokenCountMethod, str]] = ..., tokenizer: _Optional[str] = ..., count_notes: _Optional[_Iterable[str]] = ..., max_output_tokens: _Optional[int] = ..., max_cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., input_cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., fits_context_window: bool = ..., features: _Optional[_Iterable[_Union[FeatureNeed, _Mapping]]] = ..., problems: _Optional[_Iterable[_Union[RequestProblem, _Mapping]]] = ..., upstream: _Optional[str] = ..., upstream_model: _Optional[str] = ..., max_input_tokens: _Optional[int] = ..., max_cost_is_bound: bool = ..., limits: _Optional[_Iterable[_Union[_governance_pb2.LimitState, _Mapping]]] = ..., would_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., expected_cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., ways: _Optional[_Iterable[_Union[EstimateWay, _Mapping]]] = ...) -> None: ...

class EstimateWay(_message.Message):
    __slots__ = ("way", "max_cost", "input_cost")
    WAY_FIELD_NUMBER: _ClassVar[int]
    MAX_COST_FIELD_NUMBER: _ClassVar[int]
    INPUT_COST_FIELD_NUMBER: _ClassVar[int]
    way: ServiceWay
    max_cost: _common_pb2.Cost
    input_cost: _common_pb2.Cost
    def __init__(self, way: _Optional[_Union[ServiceWay, _Mapping]] = ..., max_cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., input_cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ...) -> None: ...

class FeatureNeed(_message.Message):
    __slots__ = ("feature", "supported")
    FEATURE_FIELD_NUMBER: _ClassVar[int]
    SUPPORTED_FIELD_NUMBER: _ClassVar[int]
    feature: str
    supported: bool
    def __init__(self, feature: _Optional[str] = ..., supported: bool = ...) -> None: ...

class RequestProblem(_message.Message):
    __slots__ = ("field", "reason", "description")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    field: str
    reason: str
    description: str
    def __init__(self, field: _Optional[str] = ..., reason: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...
