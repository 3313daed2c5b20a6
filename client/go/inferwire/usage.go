package inferwire

import (
	"context"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// GetLimits says who the gateway takes the caller for, and what is left of its limits. The scope is nil for the caller's own.
func (c *Client) GetLimits(ctx context.Context, scope *inferwirev1.Scope) (*inferwirev1.GetLimitsResponse, error) {
	return unary(ctx, c.readTimeout(), &inferwirev1.GetLimitsRequest{Scope: scope}, c.usage.GetLimits, nil)
}

// QueryUsage returns one page of what was used and what it cost; its NextPageToken is for the next one.
func (c *Client) QueryUsage(ctx context.Context, request *inferwirev1.QueryUsageRequest) (*inferwirev1.QueryUsageResponse, error) {
	return unary(ctx, c.readTimeout(), request, c.usage.QueryUsage, nil)
}
