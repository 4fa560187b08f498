"""Imports a function as Lambda does: its own code first, then layers, then the runtime client."""

import os
import sys

sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], "/opt/python"]

from awslambdaric.__main__ import main  # noqa: E402

main([sys.argv[0], os.environ["_HANDLER"]])
