-- Who did it, beside to whom it was done; NULL where nobody did, and where it was not noted.
ALTER TABLE security_events ADD COLUMN actor_id INTEGER;
-- What is old is forgotten from the oldest on.
CREATE INDEX security_events_by_age ON security_events (at);
