"""Letters: rows in the outbox, rendered when they are sent, delivered over SMTP, never stored."""
