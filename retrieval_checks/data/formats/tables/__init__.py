"""Tables, in files and as objects: documents, queries, judgements or rankings by column."""
