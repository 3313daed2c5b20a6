import openai

client = openai.OpenAI(timeout=5, max_retries=0)
try:
    completion = client.chat.completions.create(
        model="gpt-4.1-mini",
        messages=[{"role": "user", "content": "Write a long story."}],
    )
    print(completion.choices[0].message.content)
except openai.APITimeoutError as error:
    print(error)
