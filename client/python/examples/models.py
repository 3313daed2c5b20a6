"""What the models cost and can do, and what a request would cost; no provider is called."""

import inferwire

with inferwire.Client() as client:
    for model in client.list_models(filter="features:structured_outputs", order_by="price.input"):
        prices = {p.kind: p.micro_usd_per_million_tokens / 1e6 for p in model.prices
                  if p.service_tier == "standard"}
        print(f"{model.model_id:24} {prices.get('input', 0):8.2f} USD per million input tokens")
    estimate = client.estimate("Why is the sky blue?", model="gpt-4.1-mini")
    print(estimate.input_tokens, "input tokens")
