"""A million customers scored and put into segments: against DuckDB, while a chat goes on."""
