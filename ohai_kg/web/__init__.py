"""The site and the protocol endpoints: one module a family of addresses."""
