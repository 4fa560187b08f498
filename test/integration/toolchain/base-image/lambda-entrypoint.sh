#!/bin/sh
# Same contract as the entry script of AWS's base images: the handler's name is the one argument.
if [ $# -ne 1 ]; then
  echo 'entrypoint requires the handler name to be the first argument' >&2
  exit 142
fi
export _HANDLER="$1"
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  echo 'AWS_LAMBDA_RUNTIME_API is not set, and this image holds no emulator' >&2
  exit 1
fi
exec /var/runtime/bootstrap
