-- When confirmed_generation last rose: a request that was sent before it and comes late is a copy of
-- one that counted then, and no theft.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
