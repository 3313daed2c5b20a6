import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import embeddings_service_pb2 as _embeddings_service_pb2
from inferwire.v1 import images_service_pb2 as _images_service_pb2
from inferwire.v1 import moderations_service_pb2 as _moderations_service_pb2
from inferwire.v1 import responses_pb2 as _responses_pb2
from inferwire.v1 import text_completions_service_pb2 as _text_completions_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Batch(_message.Message):
    __slots__ = ("batch_id", "state", "endpoint", "completion_window", "metadata", "request_id", "counts", "usage", "cost", "errors", "shards", "create_time", "start_time", "cancel_time", "end_time", "delete_time", "results_ready")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Batch.State]
        STATE_QUEUED: _ClassVar[Batch.State]
        STATE_IN_PROGRESS: _ClassVar[Batch.State]
        STATE_FINALIZING: _ClassVar[Batch.State]
        STATE_CANCELLING: _ClassVar[Batch.State]
        STATE_COMPLETED: _ClassVar[Batch.State]
        STATE_FAILED: _ClassVar[Batch.State]
        STATE_EXPIRED: _ClassVar[Batch.State]
        STATE_CANCELLED: _ClassVar[Batch.State]
        STATE_OTHER: _ClassVar[Batch.State]
    STATE_UNSPECIFIED: Batch.State
    STATE_QUEUED: Batch.State
    STATE_IN_PROGRESS: Batch.State
    STATE_FINALIZING: Batch.State
    STATE_CANCELLING: Batch.State
    STATE_COMPLETED: Batch.State
    STATE_FAILED: Batch.State
    STATE_EXPIRED: Batch.State
    STATE_CANCELLED: Batch.State
    STATE_OTHER: Batch.State
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    SHARDS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    CANCEL_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    DELETE_TIME_FIELD_NUMBER: _ClassVar[int]
    RESULTS_READY_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    state: Batch.State
    endpoint: str
    completion_window: str
    metadata: _containers.ScalarMap[str, str]
    request_id: str
    counts: BatchCounts
    usage: _common_pb2.Usage
    cost: _common_pb2.Cost
    errors: _containers.RepeatedCompositeFieldContainer[BatchError]
    shards: _containers.RepeatedCompositeFieldContainer[BatchShard]
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    cancel_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    delete_time: _timestamp_pb2.Timestamp
    results_ready: int
    def __init__(self, batch_id: _Optional[str] = ..., state: _Optional[_Union[Batch.State, str]] = ..., endpoint: _Optional[str] = ..., completion_window: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., request_id: _Optional[str] = ..., counts: _Optional[_Union[BatchCounts, _Mapping]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., errors: _Optional[_Iterable[_Union[BatchError, _Mapping]]] = ..., shards: _Optional[_Iterable[_Union[BatchShard, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cancel_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., results_ready: _Optional[int] = ...) -> None: ...

class BatchCounts(_message.Message):
    __slots__ = ("total", "succeeded", "failed", "expired", "cancelled")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    total: int
    succeeded: int
    failed: int
    expired: int
    cancelled: int
    def __init__(self, total: _Optional[int] = ..., succeeded: _Optional[int] = ..., failed: _Optional[int] = ..., expired: _Optional[int] = ..., cancelled: _Optional[int] = ...) -> None: ...

class BatchShard(_message.Message):
    __slots__ = ("index", "state", "upstream", "model", "upstream_batch_id", "counts", "usage", "errors", "cost", "input_bytes", "queue_tokens", "submit_time", "end_time", "results_ready")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[BatchShard.State]
        STATE_QUEUED: _ClassVar[BatchShard.State]
        STATE_PREPARED: _ClassVar[BatchShard.State]
        STATE_UPLOADED: _ClassVar[BatchShard.State]
        STATE_SUBMITTED: _ClassVar[BatchShard.State]
        STATE_IN_PROGRESS: _ClassVar[BatchShard.State]
        STATE_FINALIZING: _ClassVar[BatchShard.State]
        STATE_DONE: _ClassVar[BatchShard.State]
        STATE_FAILED: _ClassVar[BatchShard.State]
        STATE_EXPIRED: _ClassVar[BatchShard.State]
        STATE_CANCELLED: _ClassVar[BatchShard.State]
        STATE_OTHER: _ClassVar[BatchShard.State]
    STATE_UNSPECIFIED: BatchShard.State
    STATE_QUEUED: BatchShard.State
    STATE_PREPARED: BatchShard.State
    STATE_UPLOADED: BatchShard.State
    STATE_SUBMITTED: BatchShard.State
    STATE_IN_PROGRESS: BatchShard.State
    STATE_FINALIZING: BatchShard.State
    STATE_DONE: BatchShard.State
    STATE_FAILED: BatchShard.State
    STATE_EXPIRED: BatchShard.State
    STATE_CANCELLED: BatchShard.State
    STATE_OTHER: BatchShard.State
    INDEX_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    INPUT_BYTES_FIELD_NUMBER: _ClassVar[int]
    QUEUE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    RESULTS_READY_FIELD_NUMBER: _ClassVar[int]
    index: int
    state: BatchShard.State
    upstream: str
    model: str
    upstream_batch_id: str
    counts: BatchCounts
    usage: _common_pb2.Usage
    errors: _containers.RepeatedCompositeFieldContainer[BatchError]
    cost: _common_pb2.Cost
    input_bytes: int
    queue_tokens: int
    submit_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    results_ready: int
    def __init__(self, index: _Optional[int] = ..., state: _Optional[_Union[BatchShard.State, str]] = ..., upstream: _Optional[str] = ..., model: _Optional[str] = ..., upstream_batch_id: _Optional[str] = ..., counts: _Optional[_Union[BatchCounts, _Mapping]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., errors: _Optional[_Iterable[_Union[BatchError, _Mapping]]] = ..., cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., input_bytes: _Optional[int] = ..., queue_tokens: _Optional[int] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., results_ready: _Optional[int] = ...) -> None: ...

class BatchError(_message.Message):
    __slots__ = ("shard", "code", "message", "param", "custom_id")
    SHARD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PARAM_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_ID_FIELD_NUMBER: _ClassVar[int]
    shard: int
    code: str
    message: str
    param: str
    custom_id: str
    def __init__(self, shard: _Optional[int] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., param: _Optional[str] = ..., custom_id: _Optional[str] = ...) -> None: ...

class CreateBatchRequest(_message.Message):
    __slots__ = ("header", "item")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    header: BatchHeader
    item: BatchItem
    def __init__(self, header: _Optional[_Union[BatchHeader, _Mapping]] = ..., item: _Optional[_Union[BatchItem, _Mapping]] = ...) -> None: ...

class BatchHeader(_message.Message):
    __slots__ = ("endpoint", "completion_window", "metadata", "input_file_id", "request_id", "upstream")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    INPUT_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    endpoint: str
    completion_window: str
    metadata: _containers.ScalarMap[str, str]
    input_file_id: str
    request_id: str
    upstream: str
    def __init__(self, endpoint: _Optional[str] = ..., completion_window: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., input_file_id: _Optional[str] = ..., request_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class BatchItem(_message.Message):
    __slots__ = ("custom_id", "chat_completion", "response", "embedding", "text_completion", "moderation", "image_generation", "image_edit", "raw_json")
    CUSTOM_ID_FIELD_NUMBER: _ClassVar[int]
    CHAT_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    TEXT_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    MODERATION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_GENERATION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_EDIT_FIELD_NUMBER: _ClassVar[int]
    RAW_JSON_FIELD_NUMBER: _ClassVar[int]
    custom_id: str
    chat_completion: _chat_pb2.ChatCompletionParams
    response: _responses_pb2.ResponseParams
    embedding: _embeddings_service_pb2.EmbeddingParams
    text_completion: _text_completions_service_pb2.TextCompletionParams
    moderation: _moderations_service_pb2.ModerationParams
    image_generation: _images_service_pb2.ImageParams
    image_edit: _images_service_pb2.ImageEditParams
    raw_json: str
    def __init__(self, custom_id: _Optional[str] = ..., chat_completion: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., response: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., embedding: _Optional[_Union[_embeddings_service_pb2.EmbeddingParams, _Mapping]] = ..., text_completion: _Optional[_Union[_text_completions_service_pb2.TextCompletionParams, _Mapping]] = ..., moderation: _Optional[_Union[_moderations_service_pb2.ModerationParams, _Mapping]] = ..., image_generation: _Optional[_Union[_images_service_pb2.ImageParams, _Mapping]] = ..., image_edit: _Optional[_Union[_images_service_pb2.ImageEditParams, _Mapping]] = ..., raw_json: _Optional[str] = ...) -> None: ...

class CreateBatchResponse(_message.Message):
    __slots__ = ("batch", "existed")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    existed: bool
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., existed: bool = ...) -> None: ...

class GetBatchRequest(_message.Message):
    __slots__ = ("batch_id",)
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    def __init__(self, batch_id: _Optional[str] = ...) -> None: ...

class GetBatchResponse(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class ListBatchesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBatchesResponse(_message.Message):
    __slots__ = ("batches", "next_page_token")
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batches: _containers.RepeatedCompositeFieldContainer[Batch]
    next_page_token: str
    def __init__(self, batches: _Optional[_Iterable[_Union[Batch, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelBatchRequest(_message.Message):
    __slots__ = ("batch_id",)
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    def __init__(self, batch_id: _Optional[str] = ...) -> None: ...

class CancelBatchResponse(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class DeleteBatchRequest(_message.Message):
    __slots__ = ("batch_id",)
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    def __init__(self, batch_id: _Optional[str] = ...) -> None: ...

class DeleteBatchResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchBatchRequest(_message.Message):
    __slots__ = ("batch_id", "heartbeat_interval")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, batch_id: _Optional[str] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class WatchBatchResponse(_message.Message):
    __slots__ = ("batch", "heartbeat")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class StreamBatchResultsRequest(_message.Message):
    __slots__ = ("batch_id", "offset", "follow", "heartbeat_interval")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    offset: int
    follow: bool
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, batch_id: _Optional[str] = ..., offset: _Optional[int] = ..., follow: bool = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StreamBatchResultsResponse(_message.Message):
    __slots__ = ("result", "heartbeat", "end")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    result: BatchResult
    heartbeat: _common_pb2.Heartbeat
    end: BatchResultsEnd
    def __init__(self, result: _Optional[_Union[BatchResult, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ..., end: _Optional[_Union[BatchResultsEnd, _Mapping]] = ...) -> None: ...

class BatchResult(_message.Message):
    __slots__ = ("custom_id", "chat_completion", "error", "response", "embedding", "text_completion", "moderation", "image", "raw_json", "next_offset", "upstream_request_id", "http_status", "cost", "shard")
    CUSTOM_ID_FIELD_NUMBER: _ClassVar[int]
    CHAT_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    TEXT_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    MODERATION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    RAW_JSON_FIELD_NUMBER: _ClassVar[int]
    NEXT_OFFSET_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    SHARD_FIELD_NUMBER: _ClassVar[int]
    custom_id: str
    chat_completion: _chat_pb2.ChatCompletion
    error: _status_pb2.Status
    response: _responses_pb2.Response
    embedding: _embeddings_service_pb2.EmbeddingResult
    text_completion: _text_completions_service_pb2.TextCompletion
    moderation: _moderations_service_pb2.Moderation
    image: _images_service_pb2.ImageResult
    raw_json: str
    next_offset: int
    upstream_request_id: str
    http_status: int
    cost: _common_pb2.Cost
    shard: int
    def __init__(self, custom_id: _Optional[str] = ..., chat_completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., response: _Optional[_Union[_responses_pb2.Response, _Mapping]] = ..., embedding: _Optional[_Union[_embeddings_service_pb2.EmbeddingResult, _Mapping]] = ..., text_completion: _Optional[_Union[_text_completions_service_pb2.TextCompletion, _Mapping]] = ..., moderation: _Optional[_Union[_moderations_service_pb2.Moderation, _Mapping]] = ..., image: _Optional[_Union[_images_service_pb2.ImageResult, _Mapping]] = ..., raw_json: _Optional[str] = ..., next_offset: _Optional[int] = ..., upstream_request_id: _Optional[str] = ..., http_status: _Optional[int] = ..., cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., shard: _Optional[int] = ...) -> None: ...

class BatchResultsEnd(_message.Message):
    __slots__ = ("batch", "next_offset")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    NEXT_OFFSET_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    next_offset: int
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., next_offset: _Optional[int] = ...) -> None: ...
