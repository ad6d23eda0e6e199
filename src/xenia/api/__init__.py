"""The service over HTTP: events in, answers out, and what is known of members."""
