"""N+1 queries of object-relational mappers, over all files of a project. Read `look` first, then `evaluate`."""
