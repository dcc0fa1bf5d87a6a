"""The JSON API for the shop's other systems, under `/api/v1` (docs/api.md)."""
