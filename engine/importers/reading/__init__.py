"""Reading texts about fighting: from sentences to drafts of reports, by rules and tables."""
