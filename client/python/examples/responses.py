"""A response as text, one that is streamed while it is worked on in the background, and what was kept of it."""

import inferwire
from inferwire import v1

with inferwire.Client() as client:
    try:
        print(client.respond("Say hello in five languages."))

        # In the background: if the connection breaks, the stream goes on where it broke.
        stream = client.stream_response(v1.ResponseParams(
            model="gpt-4.1-mini", input="Why is the sky blue?", background=True))
        for event in stream:
            print(event.text, end="", flush=True)

        # Any other RPC is called by its request.
        kept = client.call(v1.GetResponseRequest(response_id=stream.response_id)).response
        print("\n" + v1.ResponseStatus.Name(kept.status), kept.usage.total_tokens, "tokens")
        client.call(v1.DeleteResponseRequest(response_id=stream.response_id))
    except inferwire.InferwireError as error:
        raise SystemExit(str(error))
