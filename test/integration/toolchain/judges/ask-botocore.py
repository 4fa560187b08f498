"""Reads [service, [enums], [[action, input], ...]] on stdin; writes what botocore knows and parses."""

import json
import sys

import botocore
import botocore.session

service, enums, calls = json.load(sys.stdin)
client = botocore.session.get_session().create_client(service)
shapes = client.meta.service_model
answers = []
for action, given in calls:
    answer = getattr(client, botocore.xform_name(action))(**given)
    answer.pop("ResponseMetadata", None)
    answers.append(answer)
json.dump(
    {
        "version": botocore.__version__,
        "enums": {name: shapes.shape_for(name).enum for name in enums},
        "answers": answers,
    },
    sys.stdout,
    default=str,
)
