from openai import OpenAI

client = OpenAI()
completion = client.chat.completions.create(
    model="gpt-4.1-mini",
    messages=[
        {"role": "system", "content": "Answer in one sentence."},
        {"role": "user", "content": "Why is the sky blue?"},
    ],
)
print(completion.choices[0].message.content)
if completion.usage:
    print(completion.usage.total_tokens, "tokens")
