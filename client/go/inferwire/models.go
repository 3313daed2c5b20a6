package inferwire

import (
	"context"
	"iter"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// ListModels page after page; of the request, Filter, OrderBy and PageSize count.
func (c *Client) ListModels(ctx context.Context, request *inferwirev1.ListModelsRequest) iter.Seq2[*inferwirev1.Model, error] {
	return pages(func(token string) ([]*inferwirev1.Model, string, error) {
		page, err := unary(ctx, c.readTimeout(), &inferwirev1.ListModelsRequest{Filter: request.GetFilter(),
			OrderBy: request.GetOrderBy(), PageSize: request.GetPageSize(), PageToken: token}, c.models.ListModels, nil)
		return page.GetModels(), page.GetNextPageToken(), err
	})
}

// GetModel by id, snapshot or alias.
func (c *Client) GetModel(ctx context.Context, id string) (*inferwirev1.GetModelResponse, error) {
	return unary(ctx, c.readTimeout(), &inferwirev1.GetModelRequest{ModelId: id}, c.models.GetModel, nil)
}

// CompareModels side by side, and what a load costs on each.
func (c *Client) CompareModels(ctx context.Context, request *inferwirev1.CompareModelsRequest) (*inferwirev1.CompareModelsResponse, error) {
	return unary(ctx, c.readTimeout(), request, c.models.CompareModels, nil)
}

// Estimate counts, prices and checks a request; it sends nothing.
func (c *Client) Estimate(ctx context.Context, request *inferwirev1.EstimateRequest) (*inferwirev1.EstimateResponse, error) {
	return unary(ctx, c.readTimeout(), request, c.models.Estimate, nil)
}
