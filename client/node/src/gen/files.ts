// The descriptions of all files. Made from proto/ by ./dev proto.
import { file_inferwire_v1_assistants_service } from "./inferwire/v1/assistants_service_pb.js";
import { file_inferwire_v1_audio_service } from "./inferwire/v1/audio_service_pb.js";
import { file_inferwire_v1_batches_service } from "./inferwire/v1/batches_service_pb.js";
import { file_inferwire_v1_chat } from "./inferwire/v1/chat_pb.js";
import { file_inferwire_v1_chat_service } from "./inferwire/v1/chat_service_pb.js";
import { file_inferwire_v1_common } from "./inferwire/v1/common_pb.js";
import { file_inferwire_v1_conversations_service } from "./inferwire/v1/conversations_service_pb.js";
import { file_inferwire_v1_embeddings_service } from "./inferwire/v1/embeddings_service_pb.js";
import { file_inferwire_v1_errors } from "./inferwire/v1/errors_pb.js";
import { file_inferwire_v1_files_service } from "./inferwire/v1/files_service_pb.js";
import { file_inferwire_v1_fine_tuning_service } from "./inferwire/v1/fine_tuning_service_pb.js";
import { file_inferwire_v1_governance } from "./inferwire/v1/governance_pb.js";
import { file_inferwire_v1_images_service } from "./inferwire/v1/images_service_pb.js";
import { file_inferwire_v1_json } from "./inferwire/v1/json_pb.js";
import { file_inferwire_v1_keys_service } from "./inferwire/v1/keys_service_pb.js";
import { file_inferwire_v1_models_service } from "./inferwire/v1/models_service_pb.js";
import { file_inferwire_v1_moderations_service } from "./inferwire/v1/moderations_service_pb.js";
import { file_inferwire_v1_raw_service } from "./inferwire/v1/raw_service_pb.js";
import { file_inferwire_v1_realtime_service } from "./inferwire/v1/realtime_service_pb.js";
import { file_inferwire_v1_responses } from "./inferwire/v1/responses_pb.js";
import { file_inferwire_v1_responses_service } from "./inferwire/v1/responses_service_pb.js";
import { file_inferwire_v1_routes_service } from "./inferwire/v1/routes_service_pb.js";
import { file_inferwire_v1_routing } from "./inferwire/v1/routing_pb.js";
import { file_inferwire_v1_tenants_service } from "./inferwire/v1/tenants_service_pb.js";
import { file_inferwire_v1_text_completions_service } from "./inferwire/v1/text_completions_service_pb.js";
import { file_inferwire_v1_usage_service } from "./inferwire/v1/usage_service_pb.js";
import { file_google_rpc_status } from "./google/rpc/status_pb.js";
import { file_google_rpc_error_details } from "./google/rpc/error_details_pb.js";
import { file_grpc_health_v1_health } from "./grpc/health/v1/health_pb.js";

export const files = [
  file_inferwire_v1_assistants_service,
  file_inferwire_v1_audio_service,
  file_inferwire_v1_batches_service,
  file_inferwire_v1_chat,
  file_inferwire_v1_chat_service,
  file_inferwire_v1_common,
  file_inferwire_v1_conversations_service,
  file_inferwire_v1_embeddings_service,
  file_inferwire_v1_errors,
  file_inferwire_v1_files_service,
  file_inferwire_v1_fine_tuning_service,
  file_inferwire_v1_governance,
  file_inferwire_v1_images_service,
  file_inferwire_v1_json,
  file_inferwire_v1_keys_service,
  file_inferwire_v1_models_service,
  file_inferwire_v1_moderations_service,
  file_inferwire_v1_raw_service,
  file_inferwire_v1_realtime_service,
  file_inferwire_v1_responses,
  file_inferwire_v1_responses_service,
  file_inferwire_v1_routes_service,
  file_inferwire_v1_routing,
  file_inferwire_v1_tenants_service,
  file_inferwire_v1_text_completions_service,
  file_inferwire_v1_usage_service,
  file_google_rpc_status,
  file_google_rpc_error_details,
  file_grpc_health_v1_health,
];
