import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SpeechParams(_message.Message):
    __slots__ = ("model", "input", "voice", "instructions", "response_format", "speed", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    input: str
    voice: str
    instructions: str
    response_format: str
    speed: float
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., input: _Optional[str] = ..., voice: _Optional[str] = ..., instructions: _Optional[str] = ..., response_format: _Optional[str] = ..., speed: _Optional[float] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class SpeakRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: SpeechParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[SpeechParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class SpeakResponse(_message.Message):
    __slots__ = ("started", "audio", "completed")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    started: SpeakStarted
    audio: bytes
    completed: SpeakCompleted
    def __init__(self, started: _Optional[_Union[SpeakStarted, _Mapping]] = ..., audio: _Optional[bytes] = ..., completed: _Optional[_Union[SpeakCompleted, _Mapping]] = ...) -> None: ...

class SpeakStarted(_message.Message):
    __slots__ = ("content_type", "gateway")
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    content_type: str
    gateway: _common_pb2.GatewayInfo
    def __init__(self, content_type: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class SpeakCompleted(_message.Message):
    __slots__ = ("size_bytes", "usage", "gateway")
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    size_bytes: int
    usage: _common_pb2.Usage
    gateway: _common_pb2.GatewayInfo
    def __init__(self, size_bytes: _Optional[int] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class SpeechEvent(_message.Message):
    __slots__ = ("type", "audio", "usage", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    audio: bytes
    usage: _common_pb2.Usage
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., audio: _Optional[bytes] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranscriptionParams(_message.Message):
    __slots__ = ("model", "language", "prompt", "response_format", "temperature", "include", "timestamp_granularities", "chunking_strategy", "known_speaker_names", "known_speaker_references", "languages", "keywords", "extra")
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
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_GRANULARITIES_FIELD_NUMBER: _ClassVar[int]
    CHUNKING_STRATEGY_FIELD_NUMBER: _ClassVar[int]
    KNOWN_SPEAKER_NAMES_FIELD_NUMBER: _ClassVar[int]
    KNOWN_SPEAKER_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    language: str
    prompt: str
    response_format: str
    temperature: float
    include: _containers.RepeatedScalarFieldContainer[str]
    timestamp_granularities: _containers.RepeatedScalarFieldContainer[str]
    chunking_strategy: str
    known_speaker_names: _containers.RepeatedScalarFieldContainer[str]
    known_speaker_references: _containers.RepeatedScalarFieldContainer[str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    keywords: _containers.RepeatedScalarFieldContainer[str]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., language: _Optional[str] = ..., prompt: _Optional[str] = ..., response_format: _Optional[str] = ..., temperature: _Optional[float] = ..., include: _Optional[_Iterable[str]] = ..., timestamp_granularities: _Optional[_Iterable[str]] = ..., chunking_strategy: _Optional[str] = ..., known_speaker_names: _Optional[_Iterable[str]] = ..., known_speaker_references: _Optional[_Iterable[str]] = ..., languages: _Optional[_Iterable[str]] = ..., keywords: _Optional[_Iterable[str]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranslationParams(_message.Message):
    __slots__ = ("model", "prompt", "response_format", "temperature", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    model: str
    prompt: str
    response_format: str
    temperature: float
    extra: _containers.ScalarMap[str, str]
    def __init__(self, model: _Optional[str] = ..., prompt: _Optional[str] = ..., response_format: _Optional[str] = ..., temperature: _Optional[float] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Transcription(_message.Message):
    __slots__ = ("text", "language", "duration", "segments", "words", "logprobs", "languages_json", "usage", "task", "model", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_JSON_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    text: str
    language: str
    duration: float
    segments: _containers.RepeatedCompositeFieldContainer[TranscriptionSegment]
    words: _containers.RepeatedCompositeFieldContainer[TranscriptionWord]
    logprobs: _containers.RepeatedCompositeFieldContainer[_chat_pb2.TokenLogProb]
    languages_json: _containers.RepeatedScalarFieldContainer[str]
    usage: _common_pb2.Usage
    task: str
    model: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, text: _Optional[str] = ..., language: _Optional[str] = ..., duration: _Optional[float] = ..., segments: _Optional[_Iterable[_Union[TranscriptionSegment, _Mapping]]] = ..., words: _Optional[_Iterable[_Union[TranscriptionWord, _Mapping]]] = ..., logprobs: _Optional[_Iterable[_Union[_chat_pb2.TokenLogProb, _Mapping]]] = ..., languages_json: _Optional[_Iterable[str]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., task: _Optional[str] = ..., model: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranscriptionSegment(_message.Message):
    __slots__ = ("id", "segment_id", "start", "end", "text", "speaker", "seek", "tokens", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob", "type", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    SEEK_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    AVG_LOGPROB_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_RATIO_FIELD_NUMBER: _ClassVar[int]
    NO_SPEECH_PROB_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: int
    segment_id: str
    start: float
    end: float
    text: str
    speaker: str
    seek: int
    tokens: _containers.RepeatedScalarFieldContainer[int]
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    type: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[int] = ..., segment_id: _Optional[str] = ..., start: _Optional[float] = ..., end: _Optional[float] = ..., text: _Optional[str] = ..., speaker: _Optional[str] = ..., seek: _Optional[int] = ..., tokens: _Optional[_Iterable[int]] = ..., temperature: _Optional[float] = ..., avg_logprob: _Optional[float] = ..., compression_ratio: _Optional[float] = ..., no_speech_prob: _Optional[float] = ..., type: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranscriptionWord(_message.Message):
    __slots__ = ("word", "start", "end", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    WORD_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    word: str
    start: float
    end: float
    extra: _containers.ScalarMap[str, str]
    def __init__(self, word: _Optional[str] = ..., start: _Optional[float] = ..., end: _Optional[float] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranscriptionEvent(_message.Message):
    __slots__ = ("type", "delta", "text", "logprobs", "segment_id", "id", "start", "end", "speaker", "languages_json", "usage", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LOGPROBS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_JSON_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    delta: str
    text: str
    logprobs: _containers.RepeatedCompositeFieldContainer[_chat_pb2.TokenLogProb]
    segment_id: str
    id: str
    start: float
    end: float
    speaker: str
    languages_json: _containers.RepeatedScalarFieldContainer[str]
    usage: _common_pb2.Usage
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., delta: _Optional[str] = ..., text: _Optional[str] = ..., logprobs: _Optional[_Iterable[_Union[_chat_pb2.TokenLogProb, _Mapping]]] = ..., segment_id: _Optional[str] = ..., id: _Optional[str] = ..., start: _Optional[float] = ..., end: _Optional[float] = ..., speaker: _Optional[str] = ..., languages_json: _Optional[_Iterable[str]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TranscribeRequest(_message.Message):
    __slots__ = ("header", "data", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: TranscribeHeader
    data: bytes
    end: AudioEnd
    def __init__(self, header: _Optional[_Union[TranscribeHeader, _Mapping]] = ..., data: _Optional[bytes] = ..., end: _Optional[_Union[AudioEnd, _Mapping]] = ...) -> None: ...

class TranscribeHeader(_message.Message):
    __slots__ = ("params", "file", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: TranscriptionParams
    file: AudioFile
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[TranscriptionParams, _Mapping]] = ..., file: _Optional[_Union[AudioFile, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class AudioFile(_message.Message):
    __slots__ = ("filename", "mime_type", "size_bytes")
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    filename: str
    mime_type: str
    size_bytes: int
    def __init__(self, filename: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class AudioEnd(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TranscribeResponse(_message.Message):
    __slots__ = ("transcription", "formatted", "gateway")
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FORMATTED_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    transcription: Transcription
    formatted: str
    gateway: _common_pb2.GatewayInfo
    def __init__(self, transcription: _Optional[_Union[Transcription, _Mapping]] = ..., formatted: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamTranscribeRequest(_message.Message):
    __slots__ = ("header", "data", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: StreamTranscribeHeader
    data: bytes
    end: AudioEnd
    def __init__(self, header: _Optional[_Union[StreamTranscribeHeader, _Mapping]] = ..., data: _Optional[bytes] = ..., end: _Optional[_Union[AudioEnd, _Mapping]] = ...) -> None: ...

class StreamTranscribeHeader(_message.Message):
    __slots__ = ("params", "file", "options", "heartbeat_interval")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    params: TranscriptionParams
    file: AudioFile
    options: _common_pb2.CallOptions
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, params: _Optional[_Union[TranscriptionParams, _Mapping]] = ..., file: _Optional[_Union[AudioFile, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StreamTranscribeResponse(_message.Message):
    __slots__ = ("started", "transcription_event", "completed", "heartbeat")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPTION_EVENT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    started: _common_pb2.UpstreamStarted
    transcription_event: TranscriptionEvent
    completed: StreamTranscribeCompleted
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, started: _Optional[_Union[_common_pb2.UpstreamStarted, _Mapping]] = ..., transcription_event: _Optional[_Union[TranscriptionEvent, _Mapping]] = ..., completed: _Optional[_Union[StreamTranscribeCompleted, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class StreamTranscribeCompleted(_message.Message):
    __slots__ = ("text", "usage", "gateway")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    text: str
    usage: _common_pb2.Usage
    gateway: _common_pb2.GatewayInfo
    def __init__(self, text: _Optional[str] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class TranslateAudioRequest(_message.Message):
    __slots__ = ("header", "data", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: TranslateAudioHeader
    data: bytes
    end: AudioEnd
    def __init__(self, header: _Optional[_Union[TranslateAudioHeader, _Mapping]] = ..., data: _Optional[bytes] = ..., end: _Optional[_Union[AudioEnd, _Mapping]] = ...) -> None: ...

class TranslateAudioHeader(_message.Message):
    __slots__ = ("params", "file", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: TranslationParams
    file: AudioFile
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[TranslationParams, _Mapping]] = ..., file: _Optional[_Union[AudioFile, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class TranslateAudioResponse(_message.Message):
    __slots__ = ("transcription", "formatted", "gateway")
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FORMATTED_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    transcription: Transcription
    formatted: str
    gateway: _common_pb2.GatewayInfo
    def __init__(self, transcription: _Optional[_Union[Transcription, _Mapping]] = ..., formatted: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...
