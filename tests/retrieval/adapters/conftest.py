"""Frameworks keep quiet: Haystack tells its makers of each component unless told not to."""

import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when haystack is imported
