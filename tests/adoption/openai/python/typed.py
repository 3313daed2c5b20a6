import openai
from pydantic import BaseModel


class Country(BaseModel):
    name: str
    capital: str
    neighbours: list[str]


client = openai.OpenAI()
try:
    completion = client.chat.completions.parse(
        model="gpt-4.1-mini",
        messages=[{"role": "user", "content": "Tell me about France."}],
        response_format=Country,
    )
    message = completion.choices[0].message
    if message.parsed:
        print(message.parsed.capital, message.parsed.neighbours)
    else:
        print("refused:", message.refusal)
except openai.LengthFinishReasonError as error:
    print("cut off:", error.completion.choices[0].message.content)
