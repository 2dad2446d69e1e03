"""The command that asks for judgements."""
