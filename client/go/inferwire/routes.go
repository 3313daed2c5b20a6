package inferwire

import (
	"context"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// ListRoutes returns one route, or all if the name is empty, with how their targets are.
func (c *Client) ListRoutes(ctx context.Context, name string) (*inferwirev1.ListRoutesResponse, error) {
	return unary(ctx, c.readTimeout(), &inferwirev1.ListRoutesRequest{Name: name}, c.routes.ListRoutes, nil)
}

// ExplainRoute says where a request would go now, and why; it sends nothing.
func (c *Client) ExplainRoute(ctx context.Context, request *inferwirev1.ExplainRouteRequest) (*inferwirev1.ExplainRouteResponse, error) {
	return unary(ctx, c.readTimeout(), request, c.routes.ExplainRoute, nil)
}
