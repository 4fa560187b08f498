"""Reads [service, [enums], [[action, input], ...], [[action, input], ...]] on stdin.

Writes what botocore knows, the answers to the first calls, and the second ones as it would send them.
"""

import json
import sys

import botocore
import botocore.session
from botocore.serialize import create_serializer

service, enums, calls, requests = json.load(sys.stdin)
client = botocore.session.get_session().create_client(service)
shapes = client.meta.service_model
answers = []
for action, given in calls:
    answer = getattr(client, botocore.xform_name(action))(**given)
    answer.pop("ResponseMetadata", None)
    answers.append(answer)
serializer = create_serializer(shapes.metadata["protocol"])
sent = []
for action, given in requests:
    request = serializer.serialize_to_request(given, shapes.operation_model(action))
    body = request["body"]
    sent.append(
        {
            "method": request["method"],
            "path": request["url_path"],
            "headers": request["headers"],
            "body": body.decode() if isinstance(body, bytes) else body,
        }
    )
json.dump(
    {
        "version": botocore.__version__,
        "enums": {name: shapes.shape_for(name).enum for name in enums},
        "answers": answers,
        "requests": sent,
    },
    sys.stdout,
    default=str,
)
