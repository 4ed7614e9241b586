"""Alembic's entry: it is always handed an open connection, in whose transaction all steps happen or none."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], version_table=context.config.attributes["version_table"]
)
context.run_migrations()
