import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from inferwire.v1 import responses_pb2 as _responses_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConnectRequest(_message.Message):
    __slots__ = ("start", "event", "audio", "raw_json")
    START_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    RAW_JSON_FIELD_NUMBER: _ClassVar[int]
    start: RealtimeStart
    event: RealtimeClientEvent
    audio: bytes
    raw_json: str
    def __init__(self, start: _Optional[_Union[RealtimeStart, _Mapping]] = ..., event: _Optional[_Union[RealtimeClientEvent, _Mapping]] = ..., audio: _Optional[bytes] = ..., raw_json: _Optional[str] = ...) -> None: ...

class RealtimeStart(_message.Message):
    __slots__ = ("model", "session", "options", "call_id", "upstream", "heartbeat_interval", "raw_events")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    RAW_EVENTS_FIELD_NUMBER: _ClassVar[int]
    model: str
    session: RealtimeSession
    options: _common_pb2.CallOptions
    call_id: str
    upstream: str
    heartbeat_interval: _duration_pb2.Duration
    raw_events: bool
    def __init__(self, model: _Optional[str] = ..., session: _Optional[_Union[RealtimeSession, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., call_id: _Optional[str] = ..., upstream: _Optional[str] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., raw_events: bool = ...) -> None: ...

class ConnectResponse(_message.Message):
    __slots__ = ("started", "server_event", "heartbeat", "completed", "going_away", "raw_json")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    SERVER_EVENT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    GOING_AWAY_FIELD_NUMBER: _ClassVar[int]
    RAW_JSON_FIELD_NUMBER: _ClassVar[int]
    started: _common_pb2.UpstreamStarted
    server_event: RealtimeServerEvent
    heartbeat: _common_pb2.Heartbeat
    completed: RealtimeCompleted
    going_away: RealtimeGoingAway
    raw_json: str
    def __init__(self, started: _Optional[_Union[_common_pb2.UpstreamStarted, _Mapping]] = ..., server_event: _Optional[_Union[RealtimeServerEvent, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ..., completed: _Optional[_Union[RealtimeCompleted, _Mapping]] = ..., going_away: _Optional[_Union[RealtimeGoingAway, _Mapping]] = ..., raw_json: _Optional[str] = ...) -> None: ...

class RealtimeCompleted(_message.Message):
    __slots__ = ("usage", "gateway", "responses", "duration")
    USAGE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    usage: _common_pb2.Usage
    gateway: _common_pb2.GatewayInfo
    responses: int
    duration: _duration_pb2.Duration
    def __init__(self, usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., responses: _Optional[int] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RealtimeGoingAway(_message.Message):
    __slots__ = ("reason", "end_time")
    REASON_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    reason: str
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, reason: _Optional[str] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RealtimeClientEvent(_message.Message):
    __slots__ = ("type", "event_id", "audio", "session", "item", "response", "item_id", "previous_item_id", "response_id", "content_index", "audio_end_ms", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    AUDIO_END_MS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    event_id: str
    audio: bytes
    session: RealtimeSession
    item: _responses_pb2.ResponseItem
    response: RealtimeResponseParams
    item_id: str
    previous_item_id: str
    response_id: str
    content_index: int
    audio_end_ms: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., event_id: _Optional[str] = ..., audio: _Optional[bytes] = ..., session: _Optional[_Union[RealtimeSession, _Mapping]] = ..., item: _Optional[_Union[_responses_pb2.ResponseItem, _Mapping]] = ..., response: _Optional[_Union[RealtimeResponseParams, _Mapping]] = ..., item_id: _Optional[str] = ..., previous_item_id: _Optional[str] = ..., response_id: _Optional[str] = ..., content_index: _Optional[int] = ..., audio_end_ms: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeServerEvent(_message.Message):
    __slots__ = ("type", "event_id", "response_id", "item_id", "output_index", "content_index", "delta", "audio", "transcript", "text", "response", "item", "part", "session", "error", "call_id", "name", "arguments", "previous_item_id", "audio_start_ms", "audio_end_ms", "rate_limits", "usage", "logprobs", "languages_json", "conversation_json", "speaker", "start", "end", "id", "elapsed_ms", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_INDEX_FIELD_NUMBER: _ClassVar[int]
    CONTENT_INDEX_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    AUDIO_START_MS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_END_MS_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMITS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_JSON_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_JSON_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ELAPSED_MS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    event_id: str
    response_id: str
    item_id: str
    output_index: int
    content_index: int
    delta: str
    audio: bytes
    transcript: str
    text: str
    response: RealtimeResponse
    item: _responses_pb2.ResponseItem
    part: _responses_pb2.ResponseContent
    session: RealtimeSession
    error: RealtimeError
    call_id: str
    name: str
    arguments: str
    previous_item_id: str
    audio_start_ms: int
    audio_end_ms: int
    rate_limits: _containers.RepeatedCompositeFieldContainer[RealtimeRateLimit]
    usage: _common_pb2.Usage
    logprobs: _containers.RepeatedCompositeFieldContainer[_chat_pb2.TokenLogProb]
    languages_json: _containers.RepeatedScalarFieldContainer[str]
    conversation_json: str
    speaker: str
    start: float
    end: float
    id: str
    elapsed_ms: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., event_id: _Optional[str] = ..., response_id: _Optional[str] = ..., item_id: _Optional[str] = ..., output_index: _Optional[int] = ..., content_index: _Optional[int] = ..., delta: _Optional[str] = ..., audio: _Optional[bytes] = ..., transcript: _Optional[str] = ..., text: _Optional[str] = ..., response: _Optional[_Union[RealtimeResponse, _Mapping]] = ..., item: _Optional[_Union[_responses_pb2.ResponseItem, _Mapping]] = ..., part: _Optional[_Union[_responses_pb2.ResponseContent, _Mapping]] = ..., session: _Optional[_Union[RealtimeSession, _Mapping]] = ..., error: _Optional[_Union[RealtimeError, _Mapping]] = ..., call_id: _Optional[str] = ..., name: _Optional[str] = ..., arguments: _Optional[str] = ..., previous_item_id: _Optional[str] = ..., audio_start_ms: _Optional[int] = ..., audio_end_ms: _Optional[int] = ..., rate_limits: _Optional[_Iterable[_Union[RealtimeRateLimit, _Mapping]]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., logprobs: _Optional[_Iterable[_Union[_chat_pb2.TokenLogProb, _Mapping]]] = ..., languages_json: _Optional[_Iterable[str]] = ..., conversation_json: _Optional[str] = ..., speaker: _Optional[str] = ..., start: _Optional[float] = ..., end: _Optional[float] = ..., id: _Optional[str] = ..., elapsed_ms: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeError(_message.Message):
    __slots__ = ("type", "code", "message", "param", "event_id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PARAM_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    code: str
    message: str
    param: str
    event_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., param: _Optional[str] = ..., event_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeRateLimit(_message.Message):
    __slots__ = ("name", "limit", "remaining", "reset_seconds", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    name: str
    limit: int
    remaining: int
    reset_seconds: float
    extra: _containers.ScalarMap[str, str]
    def __init__(self, name: _Optional[str] = ..., limit: _Optional[int] = ..., remaining: _Optional[int] = ..., reset_seconds: _Optional[float] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeSession(_message.Message):
    __slots__ = ("type", "id", "model", "instructions", "output_modalities", "audio", "tools", "tool_choice", "tool_choice_object", "max_output_tokens", "max_output_tokens_word", "include", "prompt", "reasoning", "parallel_tool_calls", "tracing_json", "truncation_json", "expires_at", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_MODALITIES_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_OBJECT_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_WORD_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TRACING_JSON_FIELD_NUMBER: _ClassVar[int]
    TRUNCATION_JSON_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    id: str
    model: str
    instructions: str
    output_modalities: _containers.RepeatedScalarFieldContainer[str]
    audio: RealtimeAudio
    tools: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseTool]
    tool_choice: str
    tool_choice_object: _responses_pb2.ResponseToolChoice
    max_output_tokens: int
    max_output_tokens_word: str
    include: _containers.RepeatedScalarFieldContainer[str]
    prompt: _responses_pb2.ResponsePrompt
    reasoning: _responses_pb2.ResponseReasoning
    parallel_tool_calls: bool
    tracing_json: str
    truncation_json: str
    expires_at: _timestamp_pb2.Timestamp
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., id: _Optional[str] = ..., model: _Optional[str] = ..., instructions: _Optional[str] = ..., output_modalities: _Optional[_Iterable[str]] = ..., audio: _Optional[_Union[RealtimeAudio, _Mapping]] = ..., tools: _Optional[_Iterable[_Union[_responses_pb2.ResponseTool, _Mapping]]] = ..., tool_choice: _Optional[str] = ..., tool_choice_object: _Optional[_Union[_responses_pb2.ResponseToolChoice, _Mapping]] = ..., max_output_tokens: _Optional[int] = ..., max_output_tokens_word: _Optional[str] = ..., include: _Optional[_Iterable[str]] = ..., prompt: _Optional[_Union[_responses_pb2.ResponsePrompt, _Mapping]] = ..., reasoning: _Optional[_Union[_responses_pb2.ResponseReasoning, _Mapping]] = ..., parallel_tool_calls: bool = ..., tracing_json: _Optional[str] = ..., truncation_json: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeAudio(_message.Message):
    __slots__ = ("input", "output", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    input: RealtimeAudioSide
    output: RealtimeAudioSide
    extra: _containers.ScalarMap[str, str]
    def __init__(self, input: _Optional[_Union[RealtimeAudioSide, _Mapping]] = ..., output: _Optional[_Union[RealtimeAudioSide, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeAudioSide(_message.Message):
    __slots__ = ("format", "voice", "speed", "transcription", "turn_detection", "noise_reduction", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TURN_DETECTION_FIELD_NUMBER: _ClassVar[int]
    NOISE_REDUCTION_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    format: RealtimeAudioFormat
    voice: str
    speed: float
    transcription: RealtimeTranscription
    turn_detection: RealtimeTurnDetection
    noise_reduction: RealtimeNoiseReduction
    extra: _containers.ScalarMap[str, str]
    def __init__(self, format: _Optional[_Union[RealtimeAudioFormat, _Mapping]] = ..., voice: _Optional[str] = ..., speed: _Optional[float] = ..., transcription: _Optional[_Union[RealtimeTranscription, _Mapping]] = ..., turn_detection: _Optional[_Union[RealtimeTurnDetection, _Mapping]] = ..., noise_reduction: _Optional[_Union[RealtimeNoiseReduction, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeNoiseReduction(_message.Message):
    __slots__ = ("type", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeAudioFormat(_message.Message):
    __slots__ = ("type", "rate", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    rate: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., rate: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeTranscription(_message.Message):
    __slots__ = ("model", "language", "prompt", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    language: str
    prompt: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., language: _Optional[str] = ..., prompt: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeTurnDetection(_message.Message):
    __slots__ = ("type", "threshold", "prefix_padding_ms", "silence_duration_ms", "create_response", "interrupt_response", "idle_timeout_ms", "eagerness", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    PREFIX_PADDING_MS_FIELD_NUMBER: _ClassVar[int]
    SILENCE_DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    CREATE_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    IDLE_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    EAGERNESS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    threshold: float
    prefix_padding_ms: int
    silence_duration_ms: int
    create_response: bool
    interrupt_response: bool
    idle_timeout_ms: int
    eagerness: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., threshold: _Optional[float] = ..., prefix_padding_ms: _Optional[int] = ..., silence_duration_ms: _Optional[int] = ..., create_response: bool = ..., interrupt_response: bool = ..., idle_timeout_ms: _Optional[int] = ..., eagerness: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeResponseParams(_message.Message):
    __slots__ = ("instructions", "output_modalities", "audio", "tools", "tool_choice", "tool_choice_object", "max_output_tokens", "max_output_tokens_word", "conversation", "metadata", "input", "prompt", "reasoning", "parallel_tool_calls", "extra")
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
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_MODALITIES_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_OBJECT_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_WORD_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    PARALLEL_TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    instructions: str
    output_modalities: _containers.RepeatedScalarFieldContainer[str]
    audio: RealtimeAudio
    tools: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseTool]
    tool_choice: str
    tool_choice_object: _responses_pb2.ResponseToolChoice
    max_output_tokens: int
    max_output_tokens_word: str
    conversation: str
    metadata: _containers.ScalarMap[str, str]
    input: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    prompt: _responses_pb2.ResponsePrompt
    reasoning: _responses_pb2.ResponseReasoning
    parallel_tool_calls: bool
    extra: _containers.ScalarMap[str, str]
    def __init__(self, instructions: _Optional[str] = ..., output_modalities: _Optional[_Iterable[str]] = ..., audio: _Optional[_Union[RealtimeAudio, _Mapping]] = ..., tools: _Optional[_Iterable[_Union[_responses_pb2.ResponseTool, _Mapping]]] = ..., tool_choice: _Optional[str] = ..., tool_choice_object: _Optional[_Union[_responses_pb2.ResponseToolChoice, _Mapping]] = ..., max_output_tokens: _Optional[int] = ..., max_output_tokens_word: _Optional[str] = ..., conversation: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., input: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., prompt: _Optional[_Union[_responses_pb2.ResponsePrompt, _Mapping]] = ..., reasoning: _Optional[_Union[_responses_pb2.ResponseReasoning, _Mapping]] = ..., parallel_tool_calls: bool = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeResponse(_message.Message):
    __slots__ = ("id", "status", "status_details_json", "output", "usage", "metadata", "conversation_id", "output_modalities", "audio", "max_output_tokens", "max_output_tokens_word", "extra")
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
    STATUS_DETAILS_JSON_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_MODALITIES_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_WORD_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: str
    status_details_json: str
    output: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    usage: _common_pb2.Usage
    metadata: _containers.ScalarMap[str, str]
    conversation_id: str
    output_modalities: _containers.RepeatedScalarFieldContainer[str]
    audio: RealtimeAudio
    max_output_tokens: int
    max_output_tokens_word: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., status: _Optional[str] = ..., status_details_json: _Optional[str] = ..., output: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., conversation_id: _Optional[str] = ..., output_modalities: _Optional[_Iterable[str]] = ..., audio: _Optional[_Union[RealtimeAudio, _Mapping]] = ..., max_output_tokens: _Optional[int] = ..., max_output_tokens_word: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeSecretParams(_message.Message):
    __slots__ = ("expires_after", "session", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EXPIRES_AFTER_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    expires_after: RealtimeSecretExpiry
    session: RealtimeSession
    extra: _containers.ScalarMap[str, str]
    def __init__(self, expires_after: _Optional[_Union[RealtimeSecretExpiry, _Mapping]] = ..., session: _Optional[_Union[RealtimeSession, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeSecretExpiry(_message.Message):
    __slots__ = ("anchor", "seconds", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    anchor: str
    seconds: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, anchor: _Optional[str] = ..., seconds: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RealtimeSecret(_message.Message):
    __slots__ = ("value", "expires_at", "session", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    value: str
    expires_at: _timestamp_pb2.Timestamp
    session: RealtimeSession
    extra: _containers.ScalarMap[str, str]
    def __init__(self, value: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., session: _Optional[_Union[RealtimeSession, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CreateRealtimeSecretRequest(_message.Message):
    __slots__ = ("params", "options", "upstream")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    params: RealtimeSecretParams
    options: _common_pb2.CallOptions
    upstream: str
    def __init__(self, params: _Optional[_Union[RealtimeSecretParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class CreateRealtimeSecretResponse(_message.Message):
    __slots__ = ("secret", "gateway")
    SECRET_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    secret: RealtimeSecret
    gateway: _common_pb2.GatewayInfo
    def __init__(self, secret: _Optional[_Union[RealtimeSecret, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...
