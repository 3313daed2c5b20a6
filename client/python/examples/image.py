"""A question about a picture in a file."""
import pathlib

import inferwire

picture = pathlib.Path(__file__).with_name("picture.png")

with inferwire.Client() as client:
    content = ["What is in this picture?", inferwire.image(picture)]
    print(client.complete([{"role": "user", "content": content}]).text)
