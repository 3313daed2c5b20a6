"""Two streams at the same time in one event loop."""
import asyncio
import os

import inferwire


async def tell(client: inferwire.aio.Client, prompt: str) -> None:
    text = ""
    async for event in client.stream(prompt):
        text += event.text
    print(f"{prompt}\n  {text}")


async def main() -> None:
    server = os.environ.get("INFERWIRE_SERVER", "localhost:50051")
    async with inferwire.aio.Client(server) as client:
        await asyncio.gather(tell(client, "Tell me a story."), tell(client, "Tell me a joke."))


asyncio.run(main())
