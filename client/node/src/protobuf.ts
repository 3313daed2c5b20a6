// What messages are made, copied and read with: protobuf-es, in the version that the stubs need. Its
// manual has the rest, which is in "@bufbuild/protobuf".
import type { Message, MessageInitShape } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";

export {
  clone, create, enumFromJson, enumToJson, equals, fromBinary, fromJson, toBinary, toJson,
} from "@bufbuild/protobuf";
export { durationFromMs, durationMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";

/** A message in parts: what is left out is unset. */
export type Init<T extends Message> = MessageInitShape<GenMessage<T>>;
