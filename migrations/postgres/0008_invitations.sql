-- Links that are good once, with which somebody who is new sets their password. Only a digest of the
-- secret in a link is kept.
CREATE TABLE invitations (
    digest        TEXT   PRIMARY KEY,
    user_id       BIGINT NOT NULL REFERENCES users (id),
    -- NULL when it was done on the server.
    invited_by    BIGINT REFERENCES users (id),
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    used_at       BIGINT,
    superseded_at BIGINT
);
CREATE INDEX invitations_by_user ON invitations (user_id, created_at);

-- Until now there were no first steps to go through: whoever is here needs none.
UPDATE users SET onboarded = TRUE;
