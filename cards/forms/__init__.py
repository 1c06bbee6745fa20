"""The statutory forms on paper: what stands in which cell, and the one template that lays it out."""
