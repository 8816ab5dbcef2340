"""For all tests: torch's threads sleep while they wait, so that a busy machine slows a test and does not stall it."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
