import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FineTuningStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINE_TUNING_STATUS_UNSPECIFIED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_VALIDATING_FILES: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_QUEUED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_RUNNING: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_PAUSED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_SUCCEEDED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_FAILED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_CANCELLED: _ClassVar[FineTuningStatus]
    FINE_TUNING_STATUS_OTHER: _ClassVar[FineTuningStatus]
FINE_TUNING_STATUS_UNSPECIFIED: FineTuningStatus
FINE_TUNING_STATUS_VALIDATING_FILES: FineTuningStatus
FINE_TUNING_STATUS_QUEUED: FineTuningStatus
FINE_TUNING_STATUS_RUNNING: FineTuningStatus
FINE_TUNING_STATUS_PAUSED: FineTuningStatus
FINE_TUNING_STATUS_SUCCEEDED: FineTuningStatus
FINE_TUNING_STATUS_FAILED: FineTuningStatus
FINE_TUNING_STATUS_CANCELLED: FineTuningStatus
FINE_TUNING_STATUS_OTHER: FineTuningStatus

class FineTuningParams(_message.Message):
    __slots__ = ("model", "training_file", "validation_file", "suffix", "seed", "method", "integrations_json", "metadata", "hyperparameters", "extra")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TRAINING_FILE_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FILE_FIELD_NUMBER: _ClassVar[int]
    SUFFIX_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_JSON_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    HYPERPARAMETERS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    training_file: str
    validation_file: str
    suffix: str
    seed: int
    method: FineTuningMethod
    integrations_json: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    hyperparameters: FineTuningHyperparameters
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., training_file: _Optional[str] = ..., validation_file: _Optional[str] = ..., suffix: _Optional[str] = ..., seed: _Optional[int] = ..., method: _Optional[_Union[FineTuningMethod, _Mapping]] = ..., integrations_json: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., hyperparameters: _Optional[_Union[FineTuningHyperparameters, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningMethod(_message.Message):
    __slots__ = ("type", "supervised", "dpo", "reinforcement", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUPERVISED_FIELD_NUMBER: _ClassVar[int]
    DPO_FIELD_NUMBER: _ClassVar[int]
    REINFORCEMENT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    supervised: FineTuningMethodConfig
    dpo: FineTuningMethodConfig
    reinforcement: FineTuningMethodConfig
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., supervised: _Optional[_Union[FineTuningMethodConfig, _Mapping]] = ..., dpo: _Optional[_Union[FineTuningMethodConfig, _Mapping]] = ..., reinforcement: _Optional[_Union[FineTuningMethodConfig, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningMethodConfig(_message.Message):
    __slots__ = ("hyperparameters", "grader_json", "response_format_json", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    HYPERPARAMETERS_FIELD_NUMBER: _ClassVar[int]
    GRADER_JSON_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_JSON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    hyperparameters: FineTuningHyperparameters
    grader_json: str
    response_format_json: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, hyperparameters: _Optional[_Union[FineTuningHyperparameters, _Mapping]] = ..., grader_json: _Optional[str] = ..., response_format_json: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningHyperparameters(_message.Message):
    __slots__ = ("n_epochs", "n_epochs_word", "batch_size", "batch_size_word", "learning_rate_multiplier", "learning_rate_multiplier_word", "beta", "beta_word", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    N_EPOCHS_FIELD_NUMBER: _ClassVar[int]
    N_EPOCHS_WORD_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_WORD_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_MULTIPLIER_WORD_FIELD_NUMBER: _ClassVar[int]
    BETA_FIELD_NUMBER: _ClassVar[int]
    BETA_WORD_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    n_epochs: int
    n_epochs_word: str
    batch_size: int
    batch_size_word: str
    learning_rate_multiplier: float
    learning_rate_multiplier_word: str
    beta: float
    beta_word: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, n_epochs: _Optional[int] = ..., n_epochs_word: _Optional[str] = ..., batch_size: _Optional[int] = ..., batch_size_word: _Optional[str] = ..., learning_rate_multiplier: _Optional[float] = ..., learning_rate_multiplier_word: _Optional[str] = ..., beta: _Optional[float] = ..., beta_word: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningJob(_message.Message):
    __slots__ = ("job_id", "status", "model", "fine_tuned_model", "training_file", "validation_file", "result_files", "trained_tokens", "seed", "error", "method", "hyperparameters", "integrations_json", "create_time", "finish_time", "estimated_finish_time", "metadata", "suffix", "extra")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    FINE_TUNED_MODEL_FIELD_NUMBER: _ClassVar[int]
    TRAINING_FILE_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FILE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FILES_FIELD_NUMBER: _ClassVar[int]
    TRAINED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    HYPERPARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_JSON_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FINISH_TIME_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_FINISH_TIME_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SUFFIX_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    status: FineTuningStatus
    model: str
    fine_tuned_model: str
    training_file: str
    validation_file: str
    result_files: _containers.RepeatedScalarFieldContainer[str]
    trained_tokens: int
    seed: int
    error: FineTuningError
    method: FineTuningMethod
    hyperparameters: FineTuningHyperparameters
    integrations_json: _containers.RepeatedScalarFieldContainer[str]
    create_time: _timestamp_pb2.Timestamp
    finish_time: _timestamp_pb2.Timestamp
    estimated_finish_time: _timestamp_pb2.Timestamp
    metadata: _containers.ScalarMap[str, str]
    suffix: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, job_id: _Optional[str] = ..., status: _Optional[_Union[FineTuningStatus, str]] = ..., model: _Optional[str] = ..., fine_tuned_model: _Optional[str] = ..., training_file: _Optional[str] = ..., validation_file: _Optional[str] = ..., result_files: _Optional[_Iterable[str]] = ..., trained_tokens: _Optional[int] = ..., seed: _Optional[int] = ..., error: _Optional[_Union[FineTuningError, _Mapping]] = ..., method: _Optional[_Union[FineTuningMethod, _Mapping]] = ..., hyperparameters: _Optional[_Union[FineTuningHyperparameters, _Mapping]] = ..., integrations_json: _Optional[_Iterable[str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., estimated_finish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., suffix: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningError(_message.Message):
    __slots__ = ("code", "message", "param", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PARAM_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    param: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., param: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningEvent(_message.Message):
    __slots__ = ("event_id", "create_time", "level", "message", "type", "data_json", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    create_time: _timestamp_pb2.Timestamp
    level: str
    message: str
    type: str
    data_json: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, event_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., level: _Optional[str] = ..., message: _Optional[str] = ..., type: _Optional[str] = ..., data_json: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FineTuningCheckpoint(_message.Message):
    __slots__ = ("checkpoint_id", "create_time", "fine_tuned_model_checkpoint", "step_number", "metrics", "job_id", "extra")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FINE_TUNED_MODEL_CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    STEP_NUMBER_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    checkpoint_id: str
    create_time: _timestamp_pb2.Timestamp
    fine_tuned_model_checkpoint: str
    step_number: int
    metrics: _containers.ScalarMap[str, float]
    job_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, checkpoint_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., fine_tuned_model_checkpoint: _Optional[str] = ..., step_number: _Optional[int] = ..., metrics: _Optional[_Mapping[str, float]] = ..., job_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CreateFineTuningJobRequest(_message.Message):
    __slots__ = ("params", "upstream", "request_id")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    params: FineTuningParams
    upstream: str
    request_id: str
    def __init__(self, params: _Optional[_Union[FineTuningParams, _Mapping]] = ..., upstream: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "gateway", "existed")
    JOB_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXISTED_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    gateway: _common_pb2.GatewayInfo
    existed: bool
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., existed: bool = ...) -> None: ...

class GetFineTuningJobRequest(_message.Message):
    __slots__ = ("job_id", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class GetFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "gateway")
    JOB_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    gateway: _common_pb2.GatewayInfo
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class CancelFineTuningJobRequest(_message.Message):
    __slots__ = ("job_id", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class CancelFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "gateway")
    JOB_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    gateway: _common_pb2.GatewayInfo
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class PauseFineTuningJobRequest(_message.Message):
    __slots__ = ("job_id", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class PauseFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "gateway")
    JOB_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    gateway: _common_pb2.GatewayInfo
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ResumeFineTuningJobRequest(_message.Message):
    __slots__ = ("job_id", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class ResumeFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "gateway")
    JOB_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    gateway: _common_pb2.GatewayInfo
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ListFineTuningJobsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "metadata", "upstream")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    metadata: _containers.ScalarMap[str, str]
    upstream: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListFineTuningJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[FineTuningJob]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, jobs: _Optional[_Iterable[_Union[FineTuningJob, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListFineTuningEventsRequest(_message.Message):
    __slots__ = ("job_id", "page_size", "page_token", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    page_size: int
    page_token: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListFineTuningEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[FineTuningEvent]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, events: _Optional[_Iterable[_Union[FineTuningEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListFineTuningCheckpointsRequest(_message.Message):
    __slots__ = ("job_id", "page_size", "page_token", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    page_size: int
    page_token: str
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListFineTuningCheckpointsResponse(_message.Message):
    __slots__ = ("checkpoints", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    checkpoints: _containers.RepeatedCompositeFieldContainer[FineTuningCheckpoint]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, checkpoints: _Optional[_Iterable[_Union[FineTuningCheckpoint, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class WatchFineTuningJobRequest(_message.Message):
    __slots__ = ("job_id", "poll_interval", "heartbeat_interval", "upstream")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    POLL_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    poll_interval: _duration_pb2.Duration
    heartbeat_interval: _duration_pb2.Duration
    upstream: str
    def __init__(self, job_id: _Optional[str] = ..., poll_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class WatchFineTuningJobResponse(_message.Message):
    __slots__ = ("job", "job_event", "heartbeat")
    JOB_FIELD_NUMBER: _ClassVar[int]
    JOB_EVENT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    job: FineTuningJob
    job_event: FineTuningEvent
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, job: _Optional[_Union[FineTuningJob, _Mapping]] = ..., job_event: _Optional[_Union[FineTuningEvent, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class DeleteFineTunedModelRequest(_message.Message):
    __slots__ = ("model_id", "upstream")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    upstream: str
    def __init__(self, model_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class DeleteFineTunedModelResponse(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...
