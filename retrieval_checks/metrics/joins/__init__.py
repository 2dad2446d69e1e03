"""Runs laid against judgements: the ranks of the judged documents, whatever form the run has."""
