// How a client reaches its gateway: the channel's options, credentials and what they refuse.
import { readFileSync } from "node:fs";
import { type ChannelCredentials, type ChannelOptions, type ClientOptions, credentials, type Interceptor } from "@grpc/grpc-js";
import { invalidOption } from "./errors.js";
import { serviceConfig } from "./gen/service_config.js";
import { readTarget, type Target } from "./targets.js";

export const VERSION = "0.1.0";

/** PEM texts. No ca: Node's roots. cert and key go together: they are the client's own identity. */
export interface Tls {
  ca?: Buffer | undefined;
  cert?: Buffer | undefined;
  key?: Buffer | undefined;
  /** The name that the server's certificate must have, if it is not the target's. */
  serverName?: string | undefined;
}

/** Reads PEM files. */
export function tlsFromFiles(files: { ca?: string; cert?: string; key?: string; serverName?: string }): Tls {
  const read = (path?: string) => (path ? readFileSync(path) : undefined);
  if (!files.cert !== !files.key) throw invalidOption("tls: the client's certificate and key go together");
  return { ca: read(files.ca), cert: read(files.cert), key: read(files.key), serverName: files.serverName };
}

/** What a program's environment says of its gateway. */
export function environment(name: "SERVER" | "MODEL" | "CA" | "API_KEY"): string | undefined {
  return process.env[`INFERWIRE_${name}`] || undefined;
}

export interface Options {
  /** Unset: no TLS, unless the target is an https:// or grpcs:// URL, or INFERWIRE_CA names a PEM file with
   * the roots. {}: TLS with Node's roots. */
  tls?: Tls | undefined;
  /** An API key or other token, sent as "authorization: Bearer ..."; refused without TLS unless the target is this
   * machine. Unset or empty: the environment's INFERWIRE_API_KEY, if there is one. */
  bearerToken?: string | undefined;
  /** Of calls with text or messages that name none. Unset: INFERWIRE_MODEL, or gpt-4.1-mini. */
  model?: string | undefined;
  /** gRPC's own, around every call: they see and may change metadata, messages and status. */
  interceptors?: Interceptor[] | undefined;
  /** Of gRPC's channel, over those that the client sets. */
  channelOptions?: ChannelOptions | undefined;
  /** For calls that make a model work, unless the call says otherwise. Default: 600 s. */
  timeoutMs?: number | undefined;
  /** For calls that only read. Default: 30 s. */
  readTimeoutMs?: number | undefined;
  /** Both ways. Default: 64 MiB. */
  maxMessageBytes?: number | undefined;
  /** A request larger than this is not repeated. Default: 64 MiB. */
  retryBufferBytes?: number | undefined;
  /** Attempts of calls that may be repeated, the first one included; 1: never repeat. */
  maxAttempts?: number | undefined;
  /** Default: 60 s and 20 s. */
  keepaliveTimeMs?: number | undefined;
  keepaliveTimeoutMs?: number | undefined;
}

const NAMES = new Set([
  "tls", "bearerToken", "model", "interceptors", "channelOptions", "timeoutMs", "readTimeoutMs",
  "maxMessageBytes", "retryBufferBytes", "maxAttempts", "keepaliveTimeMs", "keepaliveTimeoutMs",
] satisfies (keyof Options)[] as string[]);

/** Where the channel goes, and with which TLS. */
export function check(given: string, options: Options): { target: Target; tls: Tls | undefined } {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw invalidOption(`${name}: there is no such option`);
  }
  const target = readTarget(given);
  const { bearerToken: token = "", maxAttempts } = options;
  const tls = options.tls ?? fromEnvironment(target.tls);
  if (tls && target.tls === false) throw invalidOption("target: this URL means no TLS, but tls is given");
  if (maxAttempts !== undefined && !(maxAttempts >= 1 && maxAttempts <= 5)) {
    throw invalidOption("maxAttempts: must be 1 to 5");
  }
  if (tls && !tls.cert !== !tls.key) throw invalidOption("tls: the client's certificate and key go together");
  if (!/^[\x21-\x7e]*$/.test(token)) throw invalidOption("bearerToken: must be printable ASCII without spaces");
  if (token && !tls && !target.local) throw invalidOption("bearerToken: refused without TLS, except to this machine");
  return { target, tls };
}

/** wanted: by the target; false and undefined are not the same. */
function fromEnvironment(wanted: boolean | undefined): Tls | undefined {
  const path = environment("CA");
  if (wanted === false || !path) return wanted ? {} : undefined;
  try {
    return { ca: readFileSync(path) };
  } catch (error) {
    throw invalidOption(`INFERWIRE_CA: this file cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function configOf(maxAttempts: number | undefined): string {
  if (maxAttempts === undefined) return JSON.stringify(serviceConfig);
  const methodConfig = serviceConfig.methodConfig.map(({ retryPolicy, ...method }) =>
    maxAttempts === 1 ? method : { ...method, retryPolicy: { ...retryPolicy, maxAttempts } });
  return JSON.stringify({ ...serviceConfig, methodConfig });
}

export function channelOptions(options: Options): ClientOptions {
  const size = options.maxMessageBytes ?? 64 << 20;
  const buffer = options.retryBufferBytes ?? 64 << 20;
  return {
    "grpc.max_receive_message_length": size,
    "grpc.max_send_message_length": size,
    "grpc.keepalive_time_ms": options.keepaliveTimeMs ?? 60_000,
    "grpc.keepalive_timeout_ms": options.keepaliveTimeoutMs ?? 20_000,
    // Of one stream: what is not read holds up its model, not this process's memory.
    "grpc-node.flow_control_window": 1 << 20,
    "grpc.per_rpc_retry_buffer_size": buffer,
    // Of all calls together; beyond it requests are sent but not repeated.
    "grpc.retry_buffer_size": 4 * buffer,
    "grpc.service_config": configOf(options.maxAttempts),
    // The rules are the client's; a TXT look-up for others would only cost time.
    "grpc.service_config_disable_resolution": 1,
    "grpc.primary_user_agent": `inferwire-node/${VERSION}`,
    ...(options.tls?.serverName ? { "grpc.ssl_target_name_override": options.tls.serverName } : {}),
    ...options.channelOptions,
    ...(options.interceptors ? { interceptors: options.interceptors } : {}),
  };
}

export function channelCredentials(tls: Tls | undefined): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  return credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
}
