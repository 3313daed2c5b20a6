"""An answer that is given up when enough of it has come: leaving the block ends the call, also upstream."""
import inferwire

with inferwire.Client() as client, client.stream("Write a long story.") as stream:
    for event in stream:
        print(event.text, end="", flush=True)
        if len(stream.text) > 100:
            break
