import asyncio

from openai import AsyncOpenAI, OpenAIError

questions = [f"What is the square of {n}?" for n in range(50)]


async def main() -> None:
    limit = asyncio.Semaphore(16)
    async with AsyncOpenAI() as client:

        async def ask(number: int, question: str) -> tuple[int, str | None]:
            async with limit:
                try:
                    completion = await client.chat.completions.create(
                        model="gpt-4.1-mini",
                        messages=[{"role": "user", "content": question}],
                    )
                except OpenAIError as error:
                    return number, str(error)
                return number, completion.choices[0].message.content

        for finished in asyncio.as_completed([ask(n, q) for n, q in enumerate(questions)]):
            print(*await finished)


asyncio.run(main())
