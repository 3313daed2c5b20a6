"""Tokens as they arrive; leaving the loop cancels the call, here and upstream."""
import os
import sys

import inferwire

server = os.environ.get("INFERWIRE_SERVER", "localhost:50051")
# [rosetta]
client = inferwire.Client(server)
try:
    for event in client.stream("Why is the sky blue?", timeout=60):
        print(event.text, end="", flush=True)
except inferwire.InferwireError as error:
    sys.exit(f"\n{error.reason}, retry is {'safe' if error.retryable else 'not safe'}: {error}")
# [rosetta]
