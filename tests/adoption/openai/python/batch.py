import json
import time

from openai import OpenAI

questions = [f"What is the square of {n}?" for n in range(20)]
lines = [
    json.dumps(
        {
            "custom_id": str(n),
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": question}]},
        }
    )
    for n, question in enumerate(questions)
]

client = OpenAI()
file = client.files.create(file=("questions.jsonl", "\n".join(lines).encode()), purpose="batch")
batch = client.batches.create(
    input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
)
while batch.status not in ("completed", "failed", "expired", "cancelled"):
    time.sleep(1)
    batch = client.batches.retrieve(batch.id)
    if batch.request_counts:
        print(batch.status, batch.request_counts.completed, "of", batch.request_counts.total)
for file_id in (batch.output_file_id, batch.error_file_id):
    if file_id:
        for line in client.files.content(file_id).iter_lines():
            result = json.loads(line)
            if result["error"]:
                print(result["custom_id"], result["error"])
            else:
                print(result["custom_id"], result["response"]["body"]["choices"][0]["message"]["content"])
