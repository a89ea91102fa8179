"""Documents: parsed, validated, remembered, persisted, and checked in turn under load."""
