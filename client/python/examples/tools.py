"""The model asks for functions, is told what they gave, and answers: two rounds."""
import inferwire


def get_weather(city: str) -> str:
    """The weather in a city, now."""
    return f"21 degrees and sunny in {city}"


with inferwire.Client() as client:
    run = client.run_tools("Use get_weather: what is it like in Paris?", [get_weather])
    print(run.text)
    print(run.rounds, "rounds,", run.cost, "USD")
