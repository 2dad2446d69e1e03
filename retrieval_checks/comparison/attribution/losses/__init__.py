"""What is lost between rankings that are made from one another: by an index, by fusion."""
