"""``greenprof lsp``: the linter's findings, rule pages and fixes in an editor, by the language server protocol."""
