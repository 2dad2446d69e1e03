"""What an HTML report shows of the document: texts made harmless, charts as coordinates."""
