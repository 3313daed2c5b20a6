"""Two streams at the same time in one event loop."""
import asyncio

import inferwire


async def tell(client: inferwire.aio.Client, prompt: str) -> None:
    text = ""
    async for event in client.stream(prompt):
        text += event.text
    print(f"{prompt}\n  {text}")


async def main() -> None:
    async with inferwire.aio.Client() as client:
        await asyncio.gather(tell(client, "Tell me a story."), tell(client, "Tell me a joke."))


asyncio.run(main())
