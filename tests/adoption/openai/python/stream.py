import sys

import openai

client = openai.OpenAI()
try:
    stream = client.chat.completions.create(
        model="gpt-4.1-mini",
        messages=[{"role": "user", "content": "Why is the sky blue?"}],
        stream=True,
        timeout=60,
    )
    for chunk in stream:
        if chunk.choices:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
except openai.OpenAIError as error:
    sys.exit(f"\n{type(error).__name__}: {error}")
