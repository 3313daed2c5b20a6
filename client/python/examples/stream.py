"""Tokens as they arrive; leaving the loop cancels the call, here and upstream."""
import os
import sys

import llmgate

server = os.environ.get("LLMGATE_SERVER", "localhost:50051")
# [rosetta]
client = llmgate.Client(server)
try:
    for event in client.stream("Why is the sky blue?", timeout=60):
        print(event.text, end="", flush=True)
except llmgate.LlmgateError as error:
    sys.exit(f"\n{error.reason}, retry is {'safe' if error.retryable else 'not safe'}: {error}")
# [rosetta]
