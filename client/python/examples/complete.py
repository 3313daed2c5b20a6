"""One question, one answer: as text, and as the typed response with its usage."""
import os

import inferwire
from inferwire import v1

with inferwire.Client(os.environ.get("INFERWIRE_SERVER", "localhost:50051")) as client:
    try:
        print(client.complete("Say hello in five languages."))

        response = client.complete(v1.ChatCompletionParams(
            model="gpt-4.1-mini", max_completion_tokens=50,
            messages=[v1.ChatMessage(role=v1.ROLE_USER, content="Why is the sky blue?")]))
        print(inferwire.text_of(response.completion))
        print(response.completion.usage.total_tokens, "tokens, request", response.gateway.request_id)
    except inferwire.InferwireError as error:
        raise SystemExit(str(error))
