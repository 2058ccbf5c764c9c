#!/bin/sh
# As in the official image: arguments alone are those of the server.
case "${1:--}" in
  -*) set -- nats-server "$@" ;;
esac
exec "$@"
