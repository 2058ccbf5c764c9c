#!/bin/bash
# Runs once, on an empty volume: a role for each service that has a schema. It may make that schema, which then is its
# own, and sees nothing of the others'.
set -eu

role() {
  psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set role="$1" --set password="$2" --set database="$POSTGRES_DB" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
GRANT CREATE ON DATABASE :"database" TO :"role";
SQL
}

role gateway "$GATEWAY_PASSWORD"
role templates "$TEMPLATES_PASSWORD"
role sender "$SENDER_PASSWORD"
role webhooks "$WEBHOOKS_PASSWORD"
