"""SQL over tables in memory, by DuckDB within bounds of memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY = "512MB"  # that DuckDB may take before it writes to disk
THREADS = 2


def connected(spills: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory, which writes what is too much into a folder."""
    return duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": str(spills),
            "preserve_insertion_order": True,
        }
    )


def asked(database: duckdb.DuckDBPyConnection, query: str, rows: pa.Table) -> pa.Table:
    """What a query says of a table, which is called `given` in it."""
    database.register("given", rows)
    try:
        return database.sql(query).to_arrow_table()
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # what DuckDB makes of Ctrl-C while it works
            raise KeyboardInterrupt from error
        raise
    finally:
        database.unregister("given")


def quoted(name: str) -> str:
    """A name as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'
