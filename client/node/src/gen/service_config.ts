// client/service_config.json, copied by ./dev proto.
export const serviceConfig = {
  "loadBalancingConfig": [{"round_robin": {}}],
  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
  "methodConfig": [
    {
      "name": [
        {"service": "inferwire.v1.ChatService", "method": "Complete"},
        {"service": "inferwire.v1.ChatService", "method": "StreamComplete"},
        {"service": "inferwire.v1.BatchesService", "method": "GetBatch"},
        {"service": "inferwire.v1.BatchesService", "method": "ListBatches"},
        {"service": "inferwire.v1.FilesService", "method": "GetFile"},
        {"service": "inferwire.v1.FilesService", "method": "ListFiles"},
        {"service": "inferwire.v1.ModelsService"},
        {"service": "inferwire.v1.RoutesService"},
        {"service": "grpc.health.v1.Health"}
      ],
      "retryPolicy": {
        "maxAttempts": 2,
        "initialBackoff": "0.200s",
        "maxBackoff": "5.000s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"]
      }
    }
  ]
};
