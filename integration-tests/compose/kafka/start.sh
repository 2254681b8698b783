#!/bin/sh
# What the published image does at its start: variables become settings, and a folder without a store is formatted.
set -eu
env | sed -n 's/^KAFKA_//p' | while IFS='=' read -r name value; do
  echo "$(echo "$name" | tr 'A-Z_' 'a-z.')=$value"
done >/tmp/server.properties
kafka="java -cp /opt/kafka/bin:/opt/kafka/libs/* -Xmx512m -XX:+UseSerialGC"
$kafka kafka.tools.StorageTool format --ignore-formatted --cluster-id 5L6g3nShT-eMCtK--X86sw --config /tmp/server.properties
exec $kafka kafka.Kafka /tmp/server.properties
