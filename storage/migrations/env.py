"""Alembic's entry: runs the migrations on the connection `storage.migrate` hands over."""

from __future__ import annotations

from alembic import context

import storage.schema_figures
import storage.schema_hazards
import storage.schema_plant  # noqa: F401 - registers the tables of the plant
from storage.schema import spelled_whole

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=spelled_whole(), render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
