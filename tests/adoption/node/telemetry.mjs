// What a program loads before anything else: node --import ./telemetry.mjs program.mjs
import { register } from "node:module";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { GrpcInstrumentation } from "@opentelemetry/instrumentation-grpc";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

register("@opentelemetry/instrumentation/hook.mjs", import.meta.url); // for packages that are ES modules
const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
registerInstrumentations({ instrumentations: [new GrpcInstrumentation()] });

export const spans = () => exporter.getFinishedSpans();
