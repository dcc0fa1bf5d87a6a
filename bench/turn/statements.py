"""What Sapa's turn says to SQLite, written down by hand; a test compares it with what the turn does say."""

CONTACT = """
SELECT contacts.id, contacts.public_id, contacts.kind, contacts.name, contacts.call_me, contacts.language,
contacts.language_chosen, contacts.drift, contacts.timezone, contacts.digits, contacts.phone, contacts.owner,
contacts.owner_until, contacts.marketing, contacts.welcomed_at, contacts.seen_at, contacts.seq, contacts.flood,
contacts.deceased,
EXISTS (SELECT * FROM preferences WHERE preferences.contact_id = contacts.id AND preferences.people_only IS 1)
AS people_only,
identities.id AS identity_id, identities.reachable, contacts.erased_at, contacts.merged_into
FROM identities JOIN contacts ON contacts.id = identities.contact_id
WHERE identities.channel = ? AND identities.account = ? AND identities.sender = ?
"""
NEW_CONTACT = "INSERT INTO contacts (public_id, name, language, created_at) VALUES (?, ?, ?, ?) RETURNING id"
NEW_IDENTITY = """
INSERT INTO identities (contact_id, channel, account, sender, created_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
INBOX = """
INSERT INTO inbox (channel, account, external_id, state, contact_id, seq, kind, text, details, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
STACK = """
SELECT sessions.id, sessions.state, sessions.restarts, sessions.updated_at, sessions.record FROM sessions
WHERE sessions.contact_id = ? AND sessions.state IN ('asking', 'interrupted') AND state <> 'ended'
ORDER BY sessions.depth
"""
NEW_SESSION = """
INSERT INTO sessions (contact_id, identity_id, flow, revision, state, record, started_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
SESSION = """
UPDATE sessions SET identity_id=?, flow=?, revision=?, state=?, depth=?, token=?, record=?, exit=?, restarts=?,
updated_at=? WHERE sessions.id = ?
"""
OUTBOX = """
INSERT INTO outbox (public_id, contact_id, channel, account, sender, lane, state, payload, seq, author, kind,
campaign_id, begun_at, due_at, expires_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
KEEP_CONTACT = """
UPDATE contacts SET language=?, language_chosen=?, drift=?, welcomed_at=?, seen_at=?, seq=?, flood=?
WHERE contacts.id = ?
"""
