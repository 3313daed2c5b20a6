import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResponseStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESPONSE_STATUS_UNSPECIFIED: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_QUEUED: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_IN_PROGRESS: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_COMPLETED: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_INCOMPLETE: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_FAILED: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_CANCELLED: _ClassVar[ResponseStatus]
    RESPONSE_STATUS_OTHER: _ClassVar[ResponseStatus]
RESPONSE_STATUS_UNSPECIFIED: ResponseStatus
RESPONSE_STATUS_QUEUED: ResponseStatus
RESPONSE_STATUS_IN_PROGRESS: ResponseStatus
RESPONSE_STATUS_COMPLETED: ResponseStatus
RESPONSE_STATUS_INCOMPLETE: ResponseStatus
RESPONSE_STATUS_FAILED: ResponseStatus
RESPONSE_STATUS_CANCELLED: ResponseStatus
RESPONSE_STATUS_OTHER: ResponseStatus

class BackgroundOptions(_message.Message):
    __slots__ = ("completion_window", "continuation_id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    COMPLETION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    CONTINUATION_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    completion_window: str
    continuation_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, completion_window: _Optional[str] = ..., continuation_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseParams(_message.Message):
    __slots__ = ("model", "input", "input_items", "instructions", "previous_response_id", "conversation", "temperature", "top_p", "max_output_tokens", "tools", "tool_choice", "tool_choice_object", "parallel_tool_calls", "text", "reasoning", "metadata", "store", "background", "include", "max_tool_calls", "top_logprobs", "truncation", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_options", "prompt", "context_management_json", "moderation_json", "user", "prompt_cache_retention", "background_options", "extra")
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
    INPUT_FIELD_NUMBER: _ClassVar[int]
    INPUT_ITEMS_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_OBJECT_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    MAX_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TOP_LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_TIER_FIELD_NUMBER: _ClassVar[int]
    SAFETY_IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_KEY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_MANAGEMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    MODERATION_JSON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_RETENTION_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    input: str
    input_items: _containers.RepeatedCompositeFieldContainer[ResponseItem]
    instructions: str
    previous_response_id: str
    conversation: str
    temperature: float
    top_p: float
    max_output_tokens: int
    tools: _containers.RepeatedCompositeFieldContainer[ResponseTool]
    tool_choice: str
    tool_choice_object: ResponseToolChoice
    parallel_tool_calls: bool
    text: ResponseText
    reasoning: ResponseReasoning
    metadata: _containers.ScalarMap[str, str]
    store: bool
    background: bool
    include: _containers.RepeatedScalarFieldContainer[str]
    max_tool_calls: int
    top_logprobs: int
    truncation: str
    service_tier: str
    safety_identifier: str
    prompt_cache_key: str
    prompt_cache_options: _chat_pb2.PromptCacheOptions
    prompt: ResponsePrompt
    context_management_json: _containers.RepeatedScalarFieldContainer[str]
    moderation_json: str
    user: str
    prompt_cache_retention: str
    background_options: BackgroundOptions
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., input: _Optional[str] = ..., input_items: _Optional[_Iterable[_Union[ResponseItem, _Mapping]]] = ..., instructions: _Optional[str] = ..., previous_response_id: _Optional[str] = ..., conversation: _Optional[str] = ..., temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., max_output_tokens: _Optional[int] = ..., tools: _Optional[_Iterable[_Union[ResponseTool, _Mapping]]] = ..., tool_choice: _Optional[str] = ..., tool_choice_object: _Optional[_Union[ResponseToolChoice, _Mapping]] = ..., parallel_tool_calls: bool = ..., text: _Optional[_Union[ResponseText, _Mapping]] = ..., reasoning: _Optional[_Union[ResponseReasoning, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., store: bool = ..., background: bool = ..., include: _Optional[_Iterable[str]] = ..., max_tool_calls: _Optional[int] = ..., top_logprobs: _Optional[int] = ..., truncation: _Optional[str] = ..., service_tier: _Optional[str] = ..., safety_identifier: _Optional[str] = ..., prompt_cache_key: _Optional[str] = ..., prompt_cache_options: _Optional[_Union[_chat_pb2.PromptCacheOptions, _Mapping]] = ..., prompt: _Optional[_Union[ResponsePrompt, _Mapping]] = ..., context_management_json: _Optional[_Iterable[str]] = ..., moderation_json: _Optional[str] = ..., user: _Optional[str] = ..., prompt_cache_retention: _Optional[str] = ..., background_options: _Optional[_Union[BackgroundOptions, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseItem(_message.Message):
    __slots__ = ("type", "id", "role", "content", "content_parts", "status", "call_id", "name", "arguments", "output", "output_parts", "input", "summary", "encrypted_content", "phase", "result", "tool_namespace", "queries", "results_json", "action_json", "code", "container_id", "outputs_json", "server_label", "approval_request_id", "approve", "error_json", "tools_json", "execution", "arguments_json", "created_by", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_PARTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PARTS_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTED_CONTENT_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TOOL_NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    RESULTS_JSON_FIELD_NUMBER: _ClassVar[int]
    ACTION_JSON_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_ID_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_JSON_FIELD_NUMBER: _ClassVar[int]
    SERVER_LABEL_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    ERROR_JSON_FIELD_NUMBER: _ClassVar[int]
    TOOLS_JSON_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_JSON_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    id: str
    role: str
    content: str
    content_parts: _containers.RepeatedCompositeFieldContainer[ResponseContent]
    status: str
    call_id: str
    name: str
    arguments: str
    output: str
    output_parts: _containers.RepeatedCompositeFieldContainer[ResponseContent]
    input: str
    summary: _containers.RepeatedCompositeFieldContainer[ResponseContent]
    encrypted_content: str
    phase: str
    result: bytes
    tool_namespace: str
    queries: _containers.RepeatedScalarFieldContainer[str]
    results_json: _containers.RepeatedScalarFieldContainer[str]
    action_json: str
    code: str
    container_id: str
    outputs_json: _containers.RepeatedScalarFieldContainer[str]
    server_label: str
    approval_request_id: str
    approve: bool
    error_json: str
    tools_json: _containers.RepeatedScalarFieldContainer[str]
    execution: str
    arguments_json: str
    created_by: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., id: _Optional[str] = ..., role: _Optional[str] = ..., content: _Optional[str] = ..., content_parts: _Optional[_Iterable[_Union[ResponseContent, _Mapping]]] = ..., status: _Optional[str] = ..., call_id: _Optional[str] = ..., name: _Optional[str] = ..., arguments: _Optional[str] = ..., output: _Optional[str] = ..., output_parts: _Optional[_Iterable[_Union[ResponseContent, _Mapping]]] = ..., input: _Optional[str] = ..., summary: _Optional[_Iterable[_Union[ResponseContent, _Mapping]]] = ..., encrypted_content: _Optional[str] = ..., phase: _Optional[str] = ..., result: _Optional[bytes] = ..., tool_namespace: _Optional[str] = ..., queries: _Optional[_Iterable[str]] = ..., results_json: _Optional[_Iterable[str]] = ..., action_json: _Optional[str] = ..., code: _Optional[str] = ..., container_id: _Optional[str] = ..., outputs_json: _Optional[_Iterable[str]] = ..., server_label: _Optional[str] = ..., approval_request_id: _Optional[str] = ..., approve: bool = ..., error_json: _Optional[str] = ..., tools_json: _Optional[_Iterable[str]] = ..., execution: _Optional[str] = ..., arguments_json: _Optional[str] = ..., created_by: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseContent(_message.Message):
    __slots__ = ("type", "text", "refusal", "annotations", "logprobs", "image_url", "image_data", "detail", "file_id", "filename", "file_url", "file_data", "mime_type", "input_audio", "audio", "transcript", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    IMAGE_DATA_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    FILE_URL_FIELD_NUMBER: _ClassVar[int]
    FILE_DATA_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    INPUT_AUDIO_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    text: str
    refusal: str
    annotations: _containers.RepeatedCompositeFieldContainer[ResponseAnnotation]
    logprobs: _containers.RepeatedCompositeFieldContainer[_chat_pb2.TokenLogProb]
    image_url: str
    image_data: bytes
    detail: str
    file_id: str
    filename: str
    file_url: str
    file_data: bytes
    mime_type: str
    input_audio: _chat_pb2.InputAudio
    audio: bytes
    transcript: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., text: _Optional[str] = ..., refusal: _Optional[str] = ..., annotations: _Optional[_Iterable[_Union[ResponseAnnotation, _Mapping]]] = ..., logprobs: _Optional[_Iterable[_Union[_chat_pb2.TokenLogProb, _Mapping]]] = ..., image_url: _Optional[str] = ..., image_data: _Optional[bytes] = ..., detail: _Optional[str] = ..., file_id: _Optional[str] = ..., filename: _Optional[str] = ..., file_url: _Optional[str] = ..., file_data: _Optional[bytes] = ..., mime_type: _Optional[str] = ..., input_audio: _Optional[_Union[_chat_pb2.InputAudio, _Mapping]] = ..., audio: _Optional[bytes] = ..., transcript: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseAnnotation(_message.Message):
    __slots__ = ("type", "url", "title", "start_index", "end_index", "file_id", "filename", "index", "container_id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    START_INDEX_FIELD_NUMBER: _ClassVar[int]
    END_INDEX_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    url: str
    title: str
    start_index: int
    end_index: int
    file_id: str
    filename: str
    index: int
    container_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., url: _Optional[str] = ..., title: _Optional[str] = ..., start_index: _Optional[int] = ..., end_index: _Optional[int] = ..., file_id: _Optional[str] = ..., filename: _Optional[str] = ..., index: _Optional[int] = ..., container_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseTool(_message.Message):
    __slots__ = ("type", "name", "description", "parameters_json", "strict", "format_json", "tools", "defer_loading", "vector_store_ids", "max_num_results", "search_context_size", "user_location_json", "filters_json", "server_label", "server_url", "connector_id", "authorization", "headers", "allowed_tools_json", "require_approval_json", "container_json", "model", "size", "quality", "partial_images", "extra")
    class HeadersEntry(_message.Message):
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
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_JSON_FIELD_NUMBER: _ClassVar[int]
    STRICT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_JSON_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    DEFER_LOADING_FIELD_NUMBER: _ClassVar[int]
    VECTOR_STORE_IDS_FIELD_NUMBER: _ClassVar[int]
    MAX_NUM_RESULTS_FIELD_NUMBER: _ClassVar[int]
    SEARCH_CONTEXT_SIZE_FIELD_NUMBER: _ClassVar[int]
    USER_LOCATION_JSON_FIELD_NUMBER: _ClassVar[int]
    FILTERS_JSON_FIELD_NUMBER: _ClassVar[int]
    SERVER_LABEL_FIELD_NUMBER: _ClassVar[int]
    SERVER_URL_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_TOOLS_JSON_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_APPROVAL_JSON_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_JSON_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGES_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    name: str
    description: str
    parameters_json: str
    strict: bool
    format_json: str
    tools: _containers.RepeatedCompositeFieldContainer[ResponseTool]
    defer_loading: bool
    vector_store_ids: _containers.RepeatedScalarFieldContainer[str]
    max_num_results: int
    search_context_size: str
    user_location_json: str
    filters_json: str
    server_label: str
    server_url: str
    connector_id: str
    authorization: str
    headers: _containers.ScalarMap[str, str]
    allowed_tools_json: str
    require_approval_json: str
    container_json: str
    model: str
    size: str
    quality: str
    partial_images: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., parameters_json: _Optional[str] = ..., strict: bool = ..., format_json: _Optional[str] = ..., tools: _Optional[_Iterable[_Union[ResponseTool, _Mapping]]] = ..., defer_loading: bool = ..., vector_store_ids: _Optional[_Iterable[str]] = ..., max_num_results: _Optional[int] = ..., search_context_size: _Optional[str] = ..., user_location_json: _Optional[str] = ..., filters_json: _Optional[str] = ..., server_label: _Optional[str] = ..., server_url: _Optional[str] = ..., connector_id: _Optional[str] = ..., authorization: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., allowed_tools_json: _Optional[str] = ..., require_approval_json: _Optional[str] = ..., container_json: _Optional[str] = ..., model: _Optional[str] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., partial_images: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseToolChoice(_message.Message):
    __slots__ = ("type", "name", "server_label", "mode", "tools_json", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SERVER_LABEL_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    TOOLS_JSON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    name: str
    server_label: str
    mode: str
    tools_json: _containers.RepeatedScalarFieldContainer[str]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., name: _Optional[str] = ..., server_label: _Optional[str] = ..., mode: _Optional[str] = ..., tools_json: _Optional[_Iterable[str]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseText(_message.Message):
    __slots__ = ("format", "verbosity", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    VERBOSITY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    format: ResponseFormatConfig
    verbosity: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, format: _Optional[_Union[ResponseFormatConfig, _Mapping]] = ..., verbosity: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseFormatConfig(_message.Message):
    __slots__ = ("type", "name", "description", "schema_json", "strict", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_JSON_FIELD_NUMBER: _ClassVar[int]
    STRICT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    name: str
    description: str
    schema_json: str
    strict: bool
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., schema_json: _Optional[str] = ..., strict: bool = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseReasoning(_message.Message):
    __slots__ = ("effort", "summary", "context", "mode", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EFFORT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    effort: str
    summary: str
    context: str
    mode: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, effort: _Optional[str] = ..., summary: _Optional[str] = ..., context: _Optional[str] = ..., mode: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponsePrompt(_message.Message):
    __slots__ = ("id", "version", "variables_json", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_JSON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: str
    variables_json: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., version: _Optional[str] = ..., variables_json: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Response(_message.Message):
    __slots__ = ("id", "status", "model", "created_at", "completed_at", "output", "output_text", "usage", "error", "incomplete_details", "previous_response_id", "conversation", "service_tier", "metadata", "instructions", "instruction_items", "tools", "tool_choice", "tool_choice_object", "parallel_tool_calls", "temperature", "top_p", "max_output_tokens", "max_tool_calls", "reasoning", "text", "truncation", "store", "background", "prompt", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier", "top_logprobs", "user", "frequency_penalty", "presence_penalty", "moderation_json", "extra")
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
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TEXT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    INCOMPLETE_DETAILS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_TIER_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_OBJECT_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TRUNCATION_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_KEY_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_RETENTION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_CACHE_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SAFETY_IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    TOP_LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_PENALTY_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_PENALTY_FIELD_NUMBER: _ClassVar[int]
    MODERATION_JSON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: ResponseStatus
    model: str
    created_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    output: _containers.RepeatedCompositeFieldContainer[ResponseItem]
    output_text: str
    usage: _common_pb2.Usage
    error: ResponseError
    incomplete_details: ResponseIncompleteDetails
    previous_response_id: str
    conversation: ResponseConversation
    service_tier: str
    metadata: _containers.ScalarMap[str, str]
    instructions: str
    instruction_items: _containers.RepeatedCompositeFieldContainer[ResponseItem]
    tools: _containers.RepeatedCompositeFieldContainer[ResponseTool]
    tool_choice: str
    tool_choice_object: ResponseToolChoice
    parallel_tool_calls: bool
    temperature: float
    top_p: float
    max_output_tokens: int
    max_tool_calls: int
    reasoning: ResponseReasoning
    text: ResponseText
    truncation: str
    store: bool
    background: bool
    prompt: ResponsePrompt
    prompt_cache_key: str
    prompt_cache_retention: str
    prompt_cache_options: _chat_pb2.PromptCacheOptions
    safety_identifier: str
    top_logprobs: int
    user: str
    frequency_penalty: float
    presence_penalty: float
    moderation_json: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., status: _Optional[_Union[ResponseStatus, str]] = ..., model: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., output: _Optional[_Iterable[_Union[ResponseItem, _Mapping]]] = ..., output_text: _Optional[str] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., error: _Optional[_Union[ResponseError, _Mapping]] = ..., incomplete_details: _Optional[_Union[ResponseIncompleteDetails, _Mapping]] = ..., previous_response_id: _Optional[str] = ..., conversation: _Optional[_Union[ResponseConversation, _Mapping]] = ..., service_tier: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., instructions: _Optional[str] = ..., instruction_items: _Optional[_Iterable[_Union[ResponseItem, _Mapping]]] = ..., tools: _Optional[_Iterable[_Union[ResponseTool, _Mapping]]] = ..., tool_choice: _Optional[str] = ..., tool_choice_object: _Optional[_Union[ResponseToolChoice, _Mapping]] = ..., parallel_tool_calls: bool = ..., temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., max_output_tokens: _Optional[int] = ..., max_tool_calls: _Optional[int] = ..., reasoning: _Optional[_Union[ResponseReasoning, _Mapping]] = ..., text: _Optional[_Union[ResponseText, _Mapping]] = ..., truncation: _Optional[str] = ..., store: bool = ..., background: bool = ..., prompt: _Optional[_Union[ResponsePrompt, _Mapping]] = ..., prompt_cache_key: _Optional[str] = ..., prompt_cache_retention: _Optional[str] = ..., prompt_cache_options: _Optional[_Union[_chat_pb2.PromptCacheOptions, _Mapping]] = ..., safety_identifier: _Optional[str] = ..., top_logprobs: _Optional[int] = ..., user: _Optional[str] = ..., frequency_penalty: _Optional[float] = ..., presence_penalty: _Optional[float] = ..., moderation_json: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseError(_message.Message):
    __slots__ = ("code", "message", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseIncompleteDetails(_message.Message):
    __slots__ = ("reason", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    reason: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, reason: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseConversation(_message.Message):
    __slots__ = ("id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ResponseEvent(_message.Message):
    __slots__ = ("type", "sequence_number", "output_index", "content_index", "delta", "item_id", "text", "arguments", "item", "part", "response", "summary_index", "annotation_index", "annotation", "logprobs", "name", "input", "refusal", "code", "output", "command", "command_index", "status", "audio", "partial_image", "partial_image_index", "size", "quality", "background", "output_format", "response_id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_INDEX_FIELD_NUMBER: _ClassVar[int]
    CONTENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_INDEX_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_INDEX_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    COMMAND_INDEX_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGE_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGE_INDEX_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    sequence_number: int
    output_index: int
    content_index: int
    delta: str
    item_id: str
    text: str
    arguments: str
    item: ResponseItem
    part: ResponseContent
    response: Response
    summary_index: int
    annotation_index: int
    annotation: ResponseAnnotation
    logprobs: _containers.RepeatedCompositeFieldContainer[_chat_pb2.TokenLogProb]
    name: str
    input: str
    refusal: str
    code: str
    output: str
    command: str
    command_index: int
    status: str
    audio: bytes
    partial_image: bytes
    partial_image_index: int
    size: str
    quality: str
    background: str
    output_format: str
    response_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., sequence_number: _Optional[int] = ..., output_index: _Optional[int] = ..., content_index: _Optional[int] = ..., delta: _Optional[str] = ..., item_id: _Optional[str] = ..., text: _Optional[str] = ..., arguments: _Optional[str] = ..., item: _Optional[_Union[ResponseItem, _Mapping]] = ..., part: _Optional[_Union[ResponseContent, _Mapping]] = ..., response: _Optional[_Union[Response, _Mapping]] = ..., summary_index: _Optional[int] = ..., annotation_index: _Optional[int] = ..., annotation: _Optional[_Union[ResponseAnnotation, _Mapping]] = ..., logprobs: _Optional[_Iterable[_Union[_chat_pb2.TokenLogProb, _Mapping]]] = ..., name: _Optional[str] = ..., input: _Optional[str] = ..., refusal: _Optional[str] = ..., code: _Optional[str] = ..., output: _Optional[str] = ..., command: _Optional[str] = ..., command_index: _Optional[int] = ..., status: _Optional[str] = ..., audio: _Optional[bytes] = ..., partial_image: _Optional[bytes] = ..., partial_image_index: _Optional[int] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., background: _Optional[str] = ..., output_format: _Optional[str] = ..., response_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...
