import base64
import pathlib

from openai import OpenAI

picture = pathlib.Path("picture.png")
data = base64.b64encode(picture.read_bytes()).decode()

client = OpenAI()
completion = client.chat.completions.create(
    model="gpt-4.1-mini",
    messages=[
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is in this picture?"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
            ],
        }
    ],
)
print(completion.choices[0].message.content)
