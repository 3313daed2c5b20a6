"""Code that uses OpenAI's SDK, over the gateway: one line is another one."""
import openai

import inferwire

client = openai.OpenAI(http_client=inferwire.openai_transport(), api_key="not used")
stream = client.chat.completions.create(
    model="gpt-4.1-mini", messages=[{"role": "user", "content": "Why is the sky blue?"}], stream=True)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
