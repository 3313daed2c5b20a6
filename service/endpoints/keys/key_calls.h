// What KeysService does, as operations of a call. The message of each is the RPC's response.
#pragma once

#include "endpoints/directory/directory_backend.h"

namespace inferwire::endpoints {

Begun NewCreateKey(const v1::CreateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewRotateKey(const v1::RotateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewRevokeKey(const v1::RevokeKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewUpdateKey(const v1::UpdateKeyRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer);
Begun NewGetKey(const v1::GetKeyRequest& request, const DirectoryBackend& backend,
                const upstream::Runtime& runtime, const gateway::CallContext& context,
                gateway::Operation::Observer& observer);
Begun NewListKeys(const v1::ListKeysRequest& request, const DirectoryBackend& backend,
                  const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
