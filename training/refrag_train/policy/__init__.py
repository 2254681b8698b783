"""The learned selection policy: which chunks of a query's passages enter expanded (arXiv 2509.01092, selective compression)."""
