# shellcheck shell=bash
# What the Python base image takes from PyPI; Python itself is the one that this Debian has.
# shellcheck disable=SC2034
pip_version=26.3
ric_packages='awslambdaric==4.2.2 simplejson==4.3.0 snapshot-restore-py==1.0.0'
