"""How Alembic reaches the database: the engine is handed in by `storage.migrate`."""

from __future__ import annotations

from alembic import context

from storage.peers import hold
from storage.tables import METADATA


def run() -> None:
    """Run the migrations asked for."""
    with context.config.attributes["engine"].begin() as connection:
        hold(connection, "schema")  # of several processes that start at once, one migrates
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
        )
        context.run_migrations()


run()
