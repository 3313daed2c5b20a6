"""The Python client of Inferwire, the gRPC gateway to large language models.

Every call has a deadline, can be cancelled, and raises InferwireError when it fails. `inferwire.v1` has
every message of the API, `inferwire.aio` the same client for asyncio.
"""

from . import aio, v1
from .answers import (DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL,
                      DEFAULT_TEXT_MODEL, EmbedEvent, ImageEvent, Picture, ResponseEvent, TextEvent,
                      response_text)
from .batch_items import BatchInput
from .batches import BatchAnswer, BatchItemResult, has_ended
from .channel import DEFAULT_MODEL, VERSION, Options, Tls
from .chat import image
from .chat_answers import Answer, ToolRun
from .chats import AnswerStream
from .client import Client
from .errors import (AnswerError, CutOffError, FieldViolation, InferwireError, Limit, MismatchError, QuotaViolation,
                     RefusalError, RoundsError, from_rpc_status)
from .files import Download
from .forms import (DEFAULT_SPEECH_MODEL, DEFAULT_TRANSCRIPTION_MODEL, DEFAULT_TRANSLATION_MODEL,
                    DEFAULT_VOICE)
from .many import Progress
from .media import Speech
from .messages import Event, ManyResult, ask, cost_of, text_of, usd_of
from .openai_sync import openai_transport
from .realtime import RealtimeSession
from .realtime_events import DEFAULT_REALTIME_MODEL, RealtimeEvent
from .response_streams import ResponseStream
from .streams import Many, Stream

__version__ = VERSION

__all__ = [
    "DEFAULT_EMBEDDING_MODEL", "DEFAULT_IMAGE_MODEL", "DEFAULT_MODEL", "DEFAULT_MODERATION_MODEL",
    "DEFAULT_REALTIME_MODEL", "DEFAULT_SPEECH_MODEL", "DEFAULT_TEXT_MODEL", "DEFAULT_TRANSCRIPTION_MODEL",
    "DEFAULT_TRANSLATION_MODEL", "DEFAULT_VOICE", "Answer", "AnswerError", "AnswerStream",
    "BatchAnswer", "BatchInput", "BatchItemResult", "Client", "CutOffError", "Download", "EmbedEvent", "Event", "FieldViolation",
    "ImageEvent", "InferwireError", "Limit", "Many", "ManyResult", "MismatchError", "Options", "Picture",
    "Progress", "QuotaViolation", "RealtimeEvent", "RealtimeSession", "RefusalError", "ResponseEvent",
    "ResponseStream", "RoundsError", "Speech", "Stream", "TextEvent", "Tls", "ToolRun", "__version__",
    "aio", "ask", "cost_of", "from_rpc_status", "has_ended", "image", "openai_transport", "response_text",
    "text_of", "usd_of", "v1",
]
