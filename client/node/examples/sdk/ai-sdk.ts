// A program that uses Vercel's AI SDK: its provider is made by another line, the rest stays as it is.
import { createOpenAI } from "@ai-sdk/openai";
import { openaiOptions } from "@inferwire/client/openai";
import { streamText } from "ai";

const openai = createOpenAI(openaiOptions());
const { textStream } = streamText({ model: openai.chat("gpt-4.1-mini"), prompt: "Why is the sky blue?" });
for await (const text of textStream) process.stdout.write(text);
