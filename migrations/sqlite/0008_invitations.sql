-- Links that are good once, with which somebody who is new sets their password. Only a digest of the
-- secret in a link is kept.
CREATE TABLE invitations (
    digest        TEXT    PRIMARY KEY,
    user_id       INTEGER NOT NULL REFERENCES users (id),
    -- NULL when it was done on the server.
    invited_by    INTEGER REFERENCES users (id),
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    used_at       INTEGER,
    superseded_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_user ON invitations (user_id, created_at);

-- Until now there were no first steps to go through: whoever is here needs none.
UPDATE users SET onboarded = 1;
