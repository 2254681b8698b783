#!/bin/sh
# Kafka's tools are not among the libraries: a broker that is asked at --bootstrap-server HOST:PORT is there when it listens.
exec nc -w 5 "${2%:*}" "${2#*:}" -e true
