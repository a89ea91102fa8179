"""What areas declare, checked and put together: the registry, the federated schema, its entities and directives."""
