"""What changes about custom attributes and their definitions: what webhooks tell, and the subscriptions they feed."""
