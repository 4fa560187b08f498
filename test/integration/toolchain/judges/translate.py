"""Reads a SAM template on stdin and writes what CloudFormation's transform makes of it."""

import json
import sys

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """Names of managed policies stay as they are written; nothing is asked of IAM."""

    def load(self):
        return {}


try:
    json.dump(transform(json.load(sys.stdin), {}, NoManagedPolicies()), sys.stdout)
except InvalidDocumentException as error:
    causes = [cause.message for cause in error.causes]
    sys.exit("\n".join([error.message, *causes]))
