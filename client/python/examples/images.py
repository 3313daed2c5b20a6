"""A picture, saved as a file, and a text that goes on by a model that knows no chats."""
import pathlib
import tempfile

import inferwire

with inferwire.Client() as client:
    (image,) = client.generate_images("A lighthouse at dawn.")
    path = pathlib.Path(tempfile.mkdtemp()) / "lighthouse.png"
    path.write_bytes(image.data)
    print(path, len(image.data), "bytes")
    for event in client.stream_complete_text("Once upon a time"):
        print(event.text, end="", flush=True)
