"""HTTP without GraphQL: bodies, JSON, media types, CORS, rejections."""
