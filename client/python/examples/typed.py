"""An answer as a value of a type, which the model is kept to."""
import pydantic

import inferwire


class Country(pydantic.BaseModel):
    name: str
    capital: str
    neighbours: list[str]


with inferwire.Client() as client:
    try:
        country = client.parse("Tell me about France.", Country)
        print(country.capital, country.neighbours)
    except inferwire.AnswerError as error:  # refused, cut off, or no Country
        print(error.reason, error.answer.text, error.answer.cost)
