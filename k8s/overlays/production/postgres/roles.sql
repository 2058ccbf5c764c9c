-- A role and a schema for each service, in the database qflow. No service can read what another one has.
-- CloudNativePG runs this once, when it makes the database, and sets the passwords from Secrets. Elsewhere run it as a
-- superuser (psql -d qflow -f roles.sql) and give each role its password: ALTER ROLE gateway PASSWORD '…';
CREATE ROLE gateway LOGIN;
CREATE ROLE templates LOGIN;
CREATE ROLE sender LOGIN;
CREATE ROLE webhooks LOGIN;

CREATE SCHEMA gateway AUTHORIZATION gateway;
CREATE SCHEMA templates AUTHORIZATION templates;
CREATE SCHEMA sender AUTHORIZATION sender;
CREATE SCHEMA webhooks AUTHORIZATION webhooks;

REVOKE ALL ON DATABASE qflow FROM PUBLIC;
GRANT CONNECT ON DATABASE qflow TO gateway, templates, sender, webhooks;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
