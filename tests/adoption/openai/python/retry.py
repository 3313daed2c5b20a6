from openai import OpenAI

client = OpenAI(max_retries=3)
completion = client.chat.completions.create(
    model="gpt-4.1-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    extra_headers={"Idempotency-Key": "question-17"},
)
print(completion.choices[0].message.content)
