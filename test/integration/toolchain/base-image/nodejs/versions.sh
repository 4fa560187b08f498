# shellcheck shell=bash
# What the base image of the integration suite is made of; changing a line makes a new image.
# shellcheck disable=SC2034
node_version=24.21.0
npm_version=11.19.1
ric_version=4.0.2
sdk_packages='@aws-sdk/client-dynamodb@3.1164.0 @aws-sdk/client-s3@3.1173.0 @aws-sdk/client-ssm@3.1169.0'
