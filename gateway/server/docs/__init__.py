"""The pages of `gateway/docs` for a browser, under /docs."""
