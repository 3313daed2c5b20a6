"""The Python client of Inferwire, the gRPC gateway to large language models.

Every call has a deadline, can be cancelled, and raises InferwireError when it fails. `inferwire.v1` has
every message of the API, `inferwire.aio` the same client for asyncio.
"""

from . import aio, v1
from .answers import (DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL,
                      DEFAULT_TEXT_MODEL, EmbedEvent, ImageEvent, Picture, ResponseEvent, TextEvent,
                      response_text)
from .batches import BatchItemResult, has_ended
from .channel import Options, Tls
from .client import Client
from .errors import FieldViolation, InferwireError, Limit, QuotaViolation, from_rpc_status
from .forms import (DEFAULT_SPEECH_MODEL, DEFAULT_TRANSCRIPTION_MODEL, DEFAULT_TRANSLATION_MODEL,
                    DEFAULT_VOICE)
from .many import Progress
from .media import Speech
from .messages import DEFAULT_MODEL, Event, ManyResult, ask, cost_of, text_of
from .realtime import RealtimeSession
from .realtime_events import DEFAULT_REALTIME_MODEL, RealtimeEvent
from .response_streams import ResponseStream
from .streams import Many, Stream

__all__ = [
    "DEFAULT_EMBEDDING_MODEL", "DEFAULT_IMAGE_MODEL", "DEFAULT_MODEL", "DEFAULT_MODERATION_MODEL",
    "DEFAULT_REALTIME_MODEL", "DEFAULT_SPEECH_MODEL", "DEFAULT_TEXT_MODEL", "DEFAULT_TRANSCRIPTION_MODEL",
    "DEFAULT_TRANSLATION_MODEL", "DEFAULT_VOICE", "BatchItemResult", "Client", "EmbedEvent", "Event",
    "FieldViolation", "ImageEvent", "InferwireError", "Limit", "Many", "ManyResult", "Options", "Picture",
    "Progress", "QuotaViolation", "RealtimeEvent", "RealtimeSession", "ResponseEvent", "ResponseStream", "Speech",
    "Stream",
    "TextEvent", "Tls", "aio", "ask", "cost_of", "from_rpc_status", "has_ended", "response_text", "text_of", "v1",
]
