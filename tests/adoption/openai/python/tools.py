import json

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam


def get_weather(city: str) -> str:
    return f"21 degrees and sunny in {city}"


tools: list[ChatCompletionToolParam] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city, now.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
                "additionalProperties": False,
            },
            "strict": True,
        },
    }
]
messages: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "Use get_weather: what is it like in Paris?"},
]
client = OpenAI()
for _ in range(10):
    completion = client.chat.completions.create(model="gpt-4.1-mini", messages=messages, tools=tools)
    message = completion.choices[0].message
    messages.append(message)  # type: ignore[arg-type]
    if not message.tool_calls:
        print(message.content)
        break
    for call in message.tool_calls:
        if call.type == "function":
            result = get_weather(**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
