// What operators see of routes: places as they change, and how all of them stand when somebody
// looks.
#pragma once

#include <string>

#include "base/clock.h"
#include "routing/board.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/log.h"
#include "telemetry/route_metrics.h"
#include "upstream/router.h"

namespace inferwire::app {

// Counts each transition and writes a line. Both outlive the board.
routing::Board::OnChange TellOfPlaces(telemetry::RouteMetrics& metrics, telemetry::Log& log);

// For the metrics page.
void MeasurePlaces(const routing::Board& board, SteadyTime now, telemetry::RouteMetrics& metrics);
void MeasureLimits(const routing::Board& board, telemetry::EndpointMetrics& metrics);
void MeasureRoutes(const upstream::Router& router, SteadyTime now,
                   telemetry::RouteMetrics& metrics);

// A ListRoutesResponse as JSON, for the admin page.
std::string RoutesPage(const upstream::Router& router, SteadyTime now);

}  // namespace inferwire::app
